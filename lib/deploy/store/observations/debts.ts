/** What is owed to instances whose hosts could not be asked. */
import type { Debt, Settlement } from "../../ports/observations";
import { type Database, inTransaction, type Tx } from "../database";
import { writeEvents } from "../events";
import { tellEnds } from "../rollouts/ends-elsewhere";
import { writeHistory } from "../rollouts/history";
import { changeOf } from "../rollouts/owed-changes";
import { lockRollouts } from "../rollouts/snapshot";

/** null: something newer has the instance. */
export async function fenceDebt(db: Database, debt: Debt): Promise<number | null> {
  const rows = await db.$queryRaw<{ generation: bigint }[]>`
    UPDATE instances SET generation = ${debt.generation + 1} WHERE id = ${debt.instance} AND generation IN (${debt.generation}, ${debt.generation + 1})
      AND NOT EXISTS (SELECT 1 FROM rollout_targets t WHERE t.instance_id = ${debt.instance} AND t.generation > ${debt.generation}) RETURNING generation`;
  return rows[0] ? Number(rows[0].generation) : null;
}

export async function settleDebt(db: Database, debt: Debt, settlement: Settlement): Promise<void> {
  await inTransaction(db, async (tx) => {
    await lockRollouts(tx, [debt.rolloutId]);
    // What a newer holder has recorded, or is about to, is not told over by what was found out before.
    const outcome = (await hasNewerHolder(tx, debt)) ? ({ kind: "newer" } as const) : settlement;
    const settled = await tx.owed.updateMany({
      where: { id: debt.id, settledAt: null },
      data: { settledAt: new Date(), outcome: outcome.kind },
    });
    if (settled.count === 0) return;
    await record(tx, debt, outcome);
    await writeEvents(tx, [
      {
        code: "target_settled_late",
        params: { instance: debt.instance, version: debt.release.version, status: outcome.kind },
        rolloutId: debt.rolloutId,
        service: debt.service,
        instanceId: debt.instance,
      },
    ]);
  });
}

/** Locks the instance, so that nobody takes it before this is written. */
async function hasNewerHolder(tx: Tx, debt: Debt): Promise<boolean> {
  await tx.$queryRaw`SELECT id FROM instances WHERE id = ${debt.instance} FOR UPDATE`;
  return (await tx.rolloutTarget.count({ where: { instanceId: debt.instance, generation: { gt: debt.generation } } })) > 0;
}

/** Under the rollout and the attempt whose change it was: the one that owes it, or one whose instance that had taken over. */
async function record(tx: Tx, debt: Debt, settlement: Settlement): Promise<void> {
  const { rollout: rolloutId, attempt, opener, requestedBy } = await changeOf(tx, debt.instance, debt.tx);
  const now = Date.now();
  const told = { rollout: rolloutId, instance: debt.instance, attempt };
  if (settlement.kind === "stopped") {
    await writeHistory(tx, debt.service, requestedBy, [
      {
        kind: "stopped",
        instance: debt.instance,
        release: debt.release,
        opener: "put_back",
        rollout: rolloutId,
        attempt,
        at: now,
      },
    ]);
    await tellEnds(tx, [{ ...told, changed: false, failure: null, versionNow: null }]);
  } else if (settlement.kind === "runs") {
    await tellEnds(tx, [{ ...told, changed: settlement.changed, failure: null, versionNow: settlement.release.version }]);
    await writeHistory(tx, debt.service, requestedBy, [
      {
        kind: "runs",
        process: null,
        instance: debt.instance,
        release: settlement.release,
        opener,
        rollout: rolloutId,
        attempt,
        changed: settlement.changed,
        at: now,
      },
    ]);
  } else if (settlement.kind === "failed") {
    const { failure, durationMs, runs } = settlement;
    const outcome = failure.code === "cancelled" ? "put_back" : "failed";
    await tellEnds(tx, [{ ...told, changed: false, failure, versionNow: runs?.version ?? null }]);
    await writeHistory(tx, debt.service, requestedBy, [
      {
        kind: "failed",
        instance: debt.instance,
        release: debt.release,
        opener,
        rollout: rolloutId,
        attempt,
        outcome,
        failure,
        startedAt: now - durationMs,
        endedAt: now,
        runs,
      },
    ]);
  }
}
