/** Writes a decision: rollout, targets, steps, history, debts and events in the one transaction that made it. */
import type { Draft } from "../../domain/draft";
import type { Target } from "../../domain/rollout-state";
import { hasEnded } from "../../domain/statuses";
import { type WaitingFor, waitingFor, wakeAt } from "../../domain/waiting";
import type { DecisionFacts } from "../../ports/rollouts";
import type { Tx } from "../database";
import { writeEvents } from "../events";
import { tellEnds } from "./ends-elsewhere";
import { observeDown, writeHistory } from "./history";
import { type DecidedBy, writeRollout } from "./write-rollout";
import { insertSteps, voidSteps, writeTargets } from "./write-targets";

export interface Persisted {
  readonly ended: boolean;
  /** Milliseconds until it must be looked at again though nothing happens. */
  readonly wakeInMs: number | null;
  readonly steps: number;
}

export interface PersistOptions {
  readonly load: DecisionFacts["load"];
  readonly by: DecidedBy;
  /** Steps whose outcomes were taken in. */
  readonly folded?: readonly bigint[];
  /** While scheduled, what it waits for is told by the schedule. */
  readonly waiting?: WaitingFor | null;
  readonly wakeAt?: number | null;
}

export async function persist(tx: Tx, draft: Draft, options: PersistOptions): Promise<Persisted> {
  const { rollout } = draft;
  const ended = hasEnded(rollout.status);
  const dirty = [...draft.dirty].flatMap((id) => draft.targets.get(id) ?? []);
  await inspectWhereItFailed(tx, dirty);
  await writeHistory(tx, rollout.service, rollout.requestedBy, draft.history);
  await observeDown(tx, [...draft.foundDown]);
  await tellEnds(tx, draft.endsElsewhere);
  await writeTargets(tx, rollout.id, dirty, options.folded ?? []);
  await voidSteps(tx, rollout.id, [...draft.voided]);
  await insertSteps(tx, draft);
  await insertDebts(tx, draft);
  const waiting = options.waiting === undefined ? waitingFor(rollout, draft.all, options.load) : options.waiting;
  const wake = wakeOf(draft, options);
  await writeRollout(tx, draft, { waitingFor: waiting, wakeAt: wake, by: options.by });
  if (ended) await liftHoldBacks(tx, rollout.id);
  if (options.by.kind === "another") await tx.$executeRaw`SELECT pg_notify('slipway_wake', ${`rollout:${rollout.id}`})`;
  return { ended, wakeInMs: wake === null ? null : wake - draft.now, steps: draft.steps.size };
}

/** Whatever others change is for the owner to look at, at once. */
function wakeOf(draft: Draft, { by, wakeAt: given }: PersistOptions): number | null {
  if (by.kind === "another") return draft.now;
  return given === undefined ? wakeAt(draft.rollout, draft.all, draft.now) : given;
}

/** Where something went wrong, the host is looked at at once. Before the history: hosts are locked before what was seen on them. */
async function inspectWhereItFailed(tx: Tx, targets: readonly Target[]): Promise<void> {
  const hosts = new Set(
    targets.filter((target) => target.status === "failed" || target.status === "unknown").map((target) => target.host),
  );
  if (hosts.size > 0)
    await tx.$executeRaw`UPDATE hosts SET next_inspect_at = clock_timestamp() WHERE name = ANY(${[...hosts].sort()})`;
}

/** A newer debt replaces an older one: only what the newest holder wanted is still owed. */
async function insertDebts(tx: Tx, draft: Draft): Promise<void> {
  if (draft.debts.length === 0) return;
  const instances = draft.debts.map((debt) => debt.instance);
  await tx.$executeRaw`
    UPDATE owed SET settled_at = ${new Date(draft.now)}, outcome = 'replaced' WHERE instance_id = ANY(${instances}) AND settled_at IS NULL`;
  await tx.owed.createMany({
    data: draft.debts.map((debt) => ({
      instanceId: debt.instance,
      rolloutId: draft.rollout.id,
      duty: debt.duty,
      tx: debt.tx,
      version: debt.release.version,
      revision: debt.release.revision,
      generation: debt.generation,
    })),
  });
}

/** Whoever was held back by this rollout goes on; a service that its undone grace held is released by the command that undid it. */
async function liftHoldBacks(tx: Tx, id: string): Promise<void> {
  const rows = await tx.$queryRaw<{ id: string; service: string; held_by: string | null }[]>`
    UPDATE rollouts r SET rev = rev + 1, wake_at = clock_timestamp(), held_by = (
      SELECT o.id FROM rollouts o WHERE o.service = r.service AND o.kind = 'rollback' AND o.status = 'scheduled' AND o.id NOT IN (${id}, r.id) AND o.created_at > r.created_at
        AND EXISTS (SELECT 1 FROM rollout_targets a JOIN rollout_targets b ON b.instance_id = a.instance_id AND b.rollout_id = r.id WHERE a.rollout_id = o.id)
      ORDER BY o.created_at DESC LIMIT 1)
    WHERE r.held_by = ${id} AND r.completed_at IS NULL RETURNING r.id, r.service, r.held_by`;
  if (rows.length === 0) return;
  await writeEvents(
    tx,
    rows.map((row) => ({ code: "hold_back_lifted", params: { rollout: id }, rolloutId: row.id, service: row.service })),
  );
  for (const row of rows) await tx.$executeRaw`SELECT pg_notify('slipway_wake', ${`rollout:${row.id}`})`;
}
