import { SlipwayError } from "../domain/errors";
import type { Actor } from "../ports";
import { audited, type CatalogueDeps } from "./audited";
import { type CreateService, created } from "./create-service";
import { checkSettings } from "./service-checks";
import { changed } from "./update-service";

export interface DefineService extends CreateService {
  /** The newest revision that the definition was compared with, 0 for a service that was not there: refused when that is over. */
  readonly expectedRevision: number;
}

/**
 * Makes a service what its definition says: a new one, or the next revision of one that is there. What is as it says already is
 * left alone.
 * @throws SlipwayError `revision_changed`, `invalid_strategy`
 */
export async function defineService(deps: CatalogueDeps, actor: Actor, definition: DefineService): Promise<void> {
  const { name: service, expectedRevision } = definition;
  await audited(deps, { actor, action: "define_service", subject: service }, async (tx) => {
    checkSettings(definition.settings, new Date());
    const known = await tx.lockService(service);
    const revision = known === null || known.deleted ? 0 : known.revision;
    if (revision !== expectedRevision) throw new SlipwayError("revision_changed", { service, revision });
    return known === null || known.deleted
      ? await created(tx, actor, definition, known)
      : await changed(tx, actor, known, definition);
  });
}
