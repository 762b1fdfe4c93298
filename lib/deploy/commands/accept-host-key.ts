import { fingerprintOf } from "@/lib/host-key";
import { SlipwayError } from "../domain/errors";
import type { Actor } from "../ports";
import { audited, type CatalogueDeps } from "./audited";
import { refuseBadHostKey } from "./host-key-checks";

/**
 * A person says that a host of kind `ssh` has another key from now on: it was set up anew.
 * @throws SlipwayError `host_not_found` (also for a retired host, or one that is not reached over SSH), `invalid_request`
 */
export async function acceptHostKey(deps: CatalogueDeps, actor: Actor, name: string, hostKey: string): Promise<void> {
  refuseBadHostKey(hostKey, "/host_key");
  const fingerprint = fingerprintOf(hostKey);
  await audited(deps, { actor, action: "accept_host_key", subject: name, params: { fingerprint } }, async (tx) => {
    const [host] = await tx.lockHosts([name]);
    if (host === undefined || host.state === "retired" || host.kind !== "ssh")
      throw new SlipwayError("host_not_found", { host: name });
    await tx.setHostKey(name, hostKey);
    return [{ code: "host_key_accepted", params: { fingerprint }, host: name }];
  });
}
