import { isDeepStrictEqual } from "node:util";
import { SlipwayError } from "../domain/errors";
import type { ServiceSettings } from "../domain/settings";
import type { Actor } from "../ports";
import type { CatalogueTx, LockedService } from "../ports/catalogue";
import type { NewEvent } from "../ports/events";
import type { Labels } from "../ports/reads";
import { audited, type CatalogueDeps } from "./audited";
import { checkSettings, existingService } from "./service-checks";

export interface UpdateService {
  readonly service: string;
  readonly labels?: Labels | undefined;
  readonly settings?: ServiceSettings | undefined;
  /** Refused when another revision is the newest by now. */
  readonly expectedRevision?: number | undefined;
}

/**
 * Changes labels, adds a settings revision, or both. Settings that are the newest ones already add none. Instances go on with the
 * settings that they were started with.
 * @throws SlipwayError `service_not_found`, `revision_changed`, `invalid_strategy`
 */
export async function updateService(deps: CatalogueDeps, actor: Actor, change: UpdateService): Promise<void> {
  const { service: name, settings, expectedRevision } = change;
  await audited(deps, { actor, action: "update_service", subject: name }, async (tx) => {
    if (settings !== undefined) checkSettings(settings, new Date());
    const service = await existingService(tx, name);
    if (expectedRevision !== undefined && expectedRevision !== service.revision) {
      throw new SlipwayError("revision_changed", { service: name, revision: service.revision });
    }
    return await changed(tx, actor, service, change);
  });
}

/** Inside the transaction, of a service under its lock. */
export async function changed(
  tx: CatalogueTx,
  actor: Actor,
  { name, ...now }: LockedService,
  { labels, settings }: Pick<UpdateService, "labels" | "settings">,
): Promise<readonly NewEvent[]> {
  const events: NewEvent[] = [];
  if (labels !== undefined && !isDeepStrictEqual(labels, now.labels)) {
    await tx.setLabels(name, labels);
    events.push({ code: "service_changed", service: name });
  }
  if (settings !== undefined && !isDeepStrictEqual(settings, now.settings)) {
    const revision = now.revision + 1;
    await tx.addRevision(name, revision, settings, actor.name);
    events.push({ code: "settings_changed", params: { revision }, service: name });
  }
  return events;
}
