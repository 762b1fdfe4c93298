import { type Params, SlipwayError } from "../domain/errors";
import type { Actor } from "../ports";
import type { CatalogueStore, CatalogueTx } from "../ports/catalogue";
import type { NewEvent } from "../ports/events";

/** What the management commands need. */
export interface CatalogueDeps {
  readonly catalogue: CatalogueStore;
}

export interface Attempt {
  readonly actor: Actor;
  /** The command's name: `hold_service`. */
  readonly action: string;
  readonly subject: string;
  readonly params?: Params;
}

/**
 * Runs a command in one transaction and leaves an audit entry in it, together with the events that `work` returns. When it is
 * refused nothing is kept but an entry that says so.
 */
export async function audited(
  { catalogue }: CatalogueDeps,
  attempt: Attempt,
  work: (tx: CatalogueTx) => Promise<readonly NewEvent[]>,
): Promise<void> {
  const { actor, action, subject, params = {} } = attempt;
  const entry = { actor: actor.name, action, subject, params };
  try {
    await catalogue.transaction(async (tx) => {
      const events = await work(tx);
      await tx.write(
        events.map((event) => ({ actor: actor.name, ...event })),
        { ...entry, outcome: "accepted" },
      );
    });
  } catch (error) {
    if (error instanceof SlipwayError) await catalogue.audit({ ...entry, outcome: error.code });
    throw error;
  }
}
