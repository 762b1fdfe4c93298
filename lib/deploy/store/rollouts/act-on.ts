/** What a person does with a live rollout. */
import type { Draft } from "../../domain/draft";
import { SlipwayError } from "../../domain/errors";
import type { Actor } from "../../ports";
import type { DecisionFacts } from "../../ports/rollouts";
import { type Database, inTransaction, type Tx } from "../database";
import { writeAudit, writeEvents } from "../events";
import { persist } from "./persist";
import { loadFacts, loadSnapshot, lockRollouts } from "./snapshot";
import { ANOTHER } from "./write-rollout";

/** Under its lock: one of two clicks finds the state changed, and says who changed it. */
export async function actOn(
  db: Database,
  actor: Actor,
  id: string,
  expectedSeq: number | null,
  act: (facts: DecisionFacts) => Draft,
): Promise<void> {
  await inTransaction(db, async (tx) => {
    await lockRollouts(tx, [id]);
    const snapshot = await loadSnapshot(tx, id);
    if (!snapshot) throw new SlipwayError("rollout_not_found", { id });
    await refuseIfMoved(tx, id, expectedSeq);
    const facts = await loadFacts(tx, snapshot);
    const draft = await actOrSayWho(tx, id, () => act(facts));
    await persist(tx, draft, { load: facts.load, by: ANOTHER });
    if (draft.rollout.status === "cancelled" && snapshot.rollout.status === "scheduled")
      await releaseOwnHold(tx, actor, snapshot.rollout.id, snapshot.rollout.service);
    await writeAudit(tx, {
      actor: actor.name,
      action: "act_on_rollout",
      subject: id,
      params: { status: draft.rollout.status },
      outcome: "accepted",
    });
  });
}

async function refuseIfMoved(tx: Tx, id: string, expectedSeq: number | null): Promise<void> {
  if (expectedSeq === null) return;
  const row = await tx.rollout.findUnique({ where: { id }, select: { lastSeq: true, status: true } });
  if (row?.lastSeq === expectedSeq) return;
  throw new SlipwayError("invalid_transition", { rollout: id, status: row?.status ?? null, ...(await lastChange(tx, id)) });
}

/** What is refused because of the rollout's state names who changed it last, and when. */
async function actOrSayWho(tx: Tx, id: string, act: () => Draft): Promise<Draft> {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof SlipwayError && error.code === "invalid_transition")) throw error;
    throw new SlipwayError(error.code, { ...error.params, ...(await lastChange(tx, id)) });
  }
}

async function lastChange(tx: Tx, id: string): Promise<{ readonly by: string | null; readonly at: string | null }> {
  const last = await tx.event.findFirst({ where: { rolloutId: id, actor: { not: null } }, orderBy: { seq: "desc" } });
  return { by: last?.actor ?? null, at: last?.at.toISOString() ?? null };
}

/** Undone in its grace, a rollback also lifts the hold that it set. */
async function releaseOwnHold(tx: Tx, actor: Actor, id: string, service: string): Promise<void> {
  const released = await tx.service.updateMany({
    where: { name: service, heldRolloutId: id },
    data: { heldBy: null, heldAt: null, heldReason: null, heldRolloutId: null },
  });
  if (released.count > 0)
    await writeEvents(tx, [{ code: "service_released", params: { by: actor.name }, actor: actor.name, service }]);
}
