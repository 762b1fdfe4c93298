import { SlipwayError } from "../domain/errors";
import type { Actor } from "../ports";
import { audited, type CatalogueDeps } from "./audited";

/**
 * Takes an instance out of every list and lets go of it: its process is left as it is, its history stays. Retiring it again
 * changes nothing.
 * @throws SlipwayError `instance_not_found`, or `instance_busy` while a rollout that has not ended has it among its targets
 */
export async function retireInstance(deps: CatalogueDeps, actor: Actor, id: string): Promise<void> {
  await audited(deps, { actor, action: "retire_instance", subject: id }, async (tx) => {
    const found = await tx.findInstance(id);
    if (found === null) throw new SlipwayError("instance_not_found", { instance: id });
    // The service's lock comes first, so that no rollout takes the instance meanwhile.
    await tx.lockService(found.service);
    const instance = await tx.findInstance(id);
    if (instance === null || instance.retired) return [];
    const conflict = await tx.rolloutWith(id);
    if (conflict !== null)
      throw new SlipwayError("instance_busy", { instance: id, count: 1, rollout: conflict.rolloutId }, { conflict });
    await tx.retireInstance(id);
    return [{ code: "instance_retired", service: instance.service, instanceId: id, host: instance.host }];
  });
}
