import { SlipwayError } from "../domain/errors";
import type { Actor } from "../ports";
import { audited, type CatalogueDeps } from "./audited";
import { existingService } from "./service-checks";

const NAMED = 10;

/**
 * Takes a service out of every list; versions, rollouts and history stay.
 * @throws SlipwayError `service_not_found`, or `in_use` while it has instances or a rollout under way
 */
export async function deleteService(deps: CatalogueDeps, actor: Actor, name: string): Promise<void> {
  await audited(deps, { actor, action: "delete_service", subject: name }, async (tx) => {
    await existingService(tx, name);
    const instances = await tx.instancesOf(name, NAMED);
    if (instances.length > 0) throw new SlipwayError("in_use", { name, by: instances });
    const conflict = await tx.liveRolloutOf(name);
    if (conflict !== null) throw new SlipwayError("in_use", { name, by: conflict.rolloutId }, { conflict });
    await tx.markDeleted(name);
    return [{ code: "service_deleted", service: name }];
  });
}
