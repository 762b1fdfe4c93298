import type { HostCheckWire } from "@/lib/api/contract";
import type { HostCheckView } from "@/lib/deploy/queries/host-check";
import { localeOf, troubleSentence } from "./sentence";
import { toWire } from "./wire";

/** What was found on a host, each trouble with its sentence in the reader's language. */
export function hostCheckAnswer(request: Request, { ok, hostKey, address, troubles }: HostCheckView): HostCheckWire {
  const locale = localeOf(request);
  return {
    ok,
    host_key: toWire(hostKey),
    address,
    troubles: troubles.map((trouble) => ({ ...trouble, message: troubleSentence(locale, trouble.code, trouble.params) })),
  };
}
