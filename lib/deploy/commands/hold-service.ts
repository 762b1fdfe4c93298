import { SlipwayError } from "../domain/errors";
import type { Actor } from "../ports";
import { audited, type CatalogueDeps } from "./audited";
import { existingService } from "./service-checks";

/**
 * Holds deployments of a service until a person releases it. The same person with the same reason again changes nothing.
 * @throws SlipwayError `service_not_found`, or `held` when it is held already
 */
export async function holdService(deps: CatalogueDeps, actor: Actor, service: string, reason: string | null): Promise<void> {
  await audited(deps, { actor, action: "hold_service", subject: service, params: { reason } }, async (tx) => {
    const { hold } = await existingService(tx, service);
    if (hold !== null && hold.by === actor.name && hold.reason === reason) return [];
    if (hold !== null) {
      throw new SlipwayError("held", { service, by: hold.by, since: hold.at.toISOString(), reason: hold.reason });
    }
    await tx.setHold(service, { by: actor.name, reason });
    return [{ code: "service_held", params: { by: actor.name, reason, rollout: null }, service }];
  });
}
