import { SlipwayError } from "../domain/errors";
import type { Actor } from "../ports";
import { audited, type CatalogueDeps } from "./audited";
import { existingService } from "./service-checks";
import type { NamedVersion } from "./withdraw-version";

/**
 * Marks a version as one that nobody goes back past without saying so, or lifts the mark with null.
 * @throws SlipwayError `service_not_found`, `version_not_found`
 */
export async function setBarrier(
  deps: CatalogueDeps,
  actor: Actor,
  { service, version }: NamedVersion,
  barrier: { readonly reason: string } | null,
): Promise<void> {
  const reason = barrier?.reason ?? null;
  await audited(deps, { actor, action: "set_barrier", subject: `${service} ${version}`, params: { reason } }, async (tx) => {
    await existingService(tx, service);
    const found = await tx.lockVersion(service, version);
    if (found === null) throw new SlipwayError("version_not_found", { service, version });
    if ((found.barrier?.reason ?? null) === reason) return [];
    await tx.setBarrier(service, version, barrier === null ? null : { reason: barrier.reason, by: actor.name });
    const code = barrier === null ? "barrier_lifted" : "barrier_set";
    return [{ code, params: { version, reason, by: actor.name }, service }];
  });
}
