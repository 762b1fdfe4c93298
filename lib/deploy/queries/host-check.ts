import { fingerprintOf, keyTypeOf } from "@/lib/host-key";
import { SlipwayError } from "../domain/errors";
import { type HostTrouble, isBearable } from "../domain/host-troubles";
import type { HostCandidate } from "../ports/host-check";
import type { QueryDeps } from "./deps";

export interface HostCheckView {
  /** It can carry instances as it is. */
  readonly ok: boolean;
  /** What it showed; null where it was not reached, or is of kind `local`. */
  readonly hostKey: { readonly type: string; readonly publicKey: string; readonly fingerprint: string } | null;
  /** Where its instances would be asked; null where it has none and its name leads nowhere. */
  readonly address: string | null;
  readonly troubles: readonly (HostTrouble & { readonly bearable: boolean })[];
}

/**
 * Has a worker look at a host that could be added. Nothing is changed.
 * @throws SlipwayError `no_worker`
 */
export async function checkHost({ lookAtHost }: QueryDeps, host: HostCandidate): Promise<HostCheckView> {
  const found = await lookAtHost(host);
  if (found === null) throw new SlipwayError("no_worker");
  const { hostKey, address } = found;
  const troubles = found.troubles.map((trouble) => ({ ...trouble, bearable: isBearable(trouble.code) }));
  return {
    ok: troubles.every(({ bearable }) => bearable),
    hostKey: hostKey === null ? null : { type: keyTypeOf(hostKey), publicKey: hostKey, fingerprint: fingerprintOf(hostKey) },
    address,
    troubles,
  };
}

/**
 * The same for a host that is known.
 * @throws SlipwayError `host_not_found`, `no_worker`
 */
export async function checkKnownHost(deps: QueryDeps, name: string): Promise<HostCheckView> {
  const host = await deps.hosts.find(name);
  if (host === null) throw new SlipwayError("host_not_found", { host: name });
  return await checkHost(deps, host);
}
