import { SlipwayError } from "../domain/errors";
import type { ServiceSettings } from "../domain/settings";
import type { Actor } from "../ports";
import type { CatalogueTx, LockedService } from "../ports/catalogue";
import type { NewEvent } from "../ports/events";
import type { Labels } from "../ports/reads";
import { audited, type CatalogueDeps } from "./audited";
import { checkSettings } from "./service-checks";

export interface CreateService {
  readonly name: string;
  readonly labels: Labels;
  readonly settings: ServiceSettings;
}

/**
 * Defines a service. One that was deleted is there again, with its history and its settings as a new revision.
 * @throws SlipwayError `already_exists`, `invalid_strategy`
 */
export async function createService(deps: CatalogueDeps, actor: Actor, service: CreateService): Promise<void> {
  const { name, settings } = service;
  await audited(deps, { actor, action: "create_service", subject: name }, async (tx) => {
    checkSettings(settings, new Date());
    const known = await tx.lockService(name);
    if (known !== null && !known.deleted) throw new SlipwayError("already_exists", { name });
    return await created(tx, actor, service, known);
  });
}

/** Inside the transaction. `deleted`: the service that had the name before, under its lock. */
export async function created(
  tx: CatalogueTx,
  actor: Actor,
  { name, labels, settings }: CreateService,
  deleted: LockedService | null,
): Promise<readonly NewEvent[]> {
  if (deleted === null) await tx.insertService({ name, labels });
  else await tx.setLabels(name, labels);
  const revision = (deleted?.revision ?? 0) + 1;
  await tx.addRevision(name, revision, settings, actor.name);
  return [{ code: "service_created", params: { revision }, service: name }];
}
