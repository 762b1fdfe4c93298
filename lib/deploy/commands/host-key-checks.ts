import { isHostKey } from "@/lib/host-key";
import { SlipwayError } from "../domain/errors";

/** @throws SlipwayError `invalid_request` for a line whose base64 is not a key of the type before it */
export function refuseBadHostKey(hostKey: string, pointer: string): void {
  if (isHostKey(hostKey)) return;
  const fields = [{ pointer, code: "invalid_format", params: { format: "host_key" } }];
  throw new SlipwayError("invalid_request", { fields: [pointer] }, { fields });
}
