import type { Actor } from "../ports";
import { audited, type CatalogueDeps } from "./audited";
import { existingService } from "./service-checks";

/**
 * Lets deployments of a service go on. Releasing what is not held changes nothing.
 * @throws SlipwayError `service_not_found`
 */
export async function releaseService(deps: CatalogueDeps, actor: Actor, service: string): Promise<void> {
  await audited(deps, { actor, action: "release_service", subject: service }, async (tx) => {
    const { hold } = await existingService(tx, service);
    if (hold === null) return [];
    await tx.setHold(service, null);
    return [{ code: "service_released", params: { by: actor.name }, service }];
  });
}
