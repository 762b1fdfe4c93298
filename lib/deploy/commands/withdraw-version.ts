import { SlipwayError } from "../domain/errors";
import type { Actor } from "../ports";
import { audited, type CatalogueDeps } from "./audited";
import { existingService } from "./service-checks";

export interface NamedVersion {
  readonly service: string;
  readonly version: string;
}

/**
 * Takes a version out of use: no deployment may bring it, and Slipway never chooses it. What runs it goes on. Withdrawing it
 * again changes nothing.
 * @throws SlipwayError `service_not_found`, `version_not_found`
 */
export async function withdrawVersion(
  deps: CatalogueDeps,
  actor: Actor,
  { service, version }: NamedVersion,
  reason: string | null,
): Promise<void> {
  await audited(deps, { actor, action: "withdraw_version", subject: `${service} ${version}`, params: { reason } }, async (tx) => {
    await existingService(tx, service);
    const found = await tx.lockVersion(service, version);
    if (found === null) throw new SlipwayError("version_not_found", { service, version });
    if (found.withdrawn) return [];
    await tx.withdraw(service, version, actor.name, reason);
    return [{ code: "version_withdrawn", params: { version, reason, by: actor.name }, service }];
  });
}
