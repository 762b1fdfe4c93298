/** Writes a decision: rollout, targets, steps, history, debts and events in the one transaction that made it. */
import { type Draft, goalOf, type NewStep } from "../../domain/draft";
import { resultOf } from "../../domain/result";
import { type Target, txOf } from "../../domain/rollout-state";
import { hasEnded } from "../../domain/statuses";
import { type WaitingFor, waitingFor, wakeAt } from "../../domain/waiting";
import type { DecisionFacts, StepInput } from "../../ports/rollouts";
import type { Tx } from "../database";
import { writeEvents } from "../events";
import { Prisma } from "../generated/client";
import { storable } from "../json";
import { writeHistory } from "./history";
import { dateOf, recordOf } from "./rows";

export interface Persisted {
  readonly ended: boolean;
  /** Milliseconds until it must be looked at again though nothing happens. */
  readonly wakeInMs: number | null;
  readonly steps: number;
}

export interface PersistOptions {
  readonly load: DecisionFacts["load"];
  /** The owner's own decisions leave `rev` alone; everyone else's raise it. */
  readonly byOwner: boolean;
  /** While scheduled, what it waits for is told by the schedule. */
  readonly waiting?: WaitingFor | null;
  readonly wakeAt?: number | null;
}

export async function persist(tx: Tx, draft: Draft, options: PersistOptions): Promise<Persisted> {
  const { rollout } = draft;
  const ended = hasEnded(rollout.status);
  const dirty = [...draft.dirty].flatMap((id) => draft.targets.get(id) ?? []);
  await inspectSoon(tx, dirty);
  await writeHistory(tx, rollout.service, rollout.requestedBy, draft.history);
  await writeTargets(tx, rollout.id, dirty);
  await voidSteps(tx, rollout.id, [...draft.voided]);
  await insertSteps(tx, draft);
  await insertDebts(tx, draft);
  const waiting = options.waiting === undefined ? waitingFor(rollout, draft.all, options.load) : options.waiting;
  const wake = options.byOwner
    ? options.wakeAt === undefined
      ? wakeAt(rollout, draft.all, draft.now)
      : options.wakeAt
    : draft.now;
  const result = ended ? resultOf(rollout, draft.all) : null;
  await tx.rollout.update({
    where: { id: rollout.id },
    data: {
      status: rollout.status,
      statusReason: rollout.statusReason === null ? Prisma.DbNull : storable(rollout.statusReason),
      scheduledUntil: dateOf(rollout.scheduledUntil),
      startedAt: dateOf(rollout.startedAt),
      completedAt: dateOf(rollout.completedAt),
      heldBy: rollout.heldBy,
      supersededBy: rollout.supersededBy,
      changed: rollout.changed,
      progress: storable(rollout.progress),
      waitingFor: waiting === null ? Prisma.DbNull : storable({ ...waiting, until: dateOf(waiting.until) }),
      wakeAt: dateOf(wake),
      ...(options.byOwner ? {} : { rev: { increment: 1 } }),
      ...(result === null ? {} : { result: storable(result), ok: result.ok, leaseOwner: null, leaseUntil: null }),
    },
  });
  await writeEvents(
    tx,
    draft.events.map((event) => ({
      code: event.code,
      params: event.params,
      actor: event.actor,
      rolloutId: rollout.id,
      service: rollout.service,
      instanceId: event.instance,
    })),
  );
  if (ended) await liftHoldBacks(tx, rollout.id);
  if (draft.steps.size > 0) await tx.$executeRaw`SELECT pg_notify('slipway_wake', 'steps')`;
  if (!options.byOwner) await tx.$executeRaw`SELECT pg_notify('slipway_wake', ${`rollout:${rollout.id}`})`;
  return { ended, wakeInMs: wake === null ? null : wake - draft.now, steps: draft.steps.size };
}

/** Where something went wrong, the host is looked at at once. Before the history: hosts are locked before what was seen on them. */
async function inspectSoon(tx: Tx, targets: readonly Target[]): Promise<void> {
  const hosts = new Set(
    targets.filter((target) => target.status === "failed" || target.status === "unknown").map((target) => target.host),
  );
  if (hosts.size > 0)
    await tx.$executeRaw`UPDATE hosts SET next_inspect_at = clock_timestamp() WHERE name = ANY(${[...hosts].sort()})`;
}

async function writeTargets(tx: Tx, rolloutId: string, targets: readonly Target[]): Promise<void> {
  if (targets.length === 0) return;
  const records = JSON.stringify(targets.map(recordOf));
  // Holds are given up before others are taken: the index allows one holder an instance.
  await tx.$executeRaw`
    UPDATE rollout_targets t SET from_version = r.from_version, from_revision = r.from_revision, status = r.status::target_status, attempt = r.attempt, generation = r.generation, direction = r.direction::target_direction,
      holding = r.holding, changed = r.changed, answered_before = r.answered_before, confirmed_down = r.confirmed_down, version_now = r.version_now,
      failure = CASE WHEN r.failure = 'null'::jsonb THEN NULL ELSE r.failure END, memory = r.memory, started_at = r.started_at, ended_at = r.ended_at
    FROM jsonb_to_recordset(${records}::jsonb) AS r(instance_id text, from_version text, from_revision int, status text, attempt int, generation bigint, direction text, holding boolean,
      changed boolean, answered_before boolean, confirmed_down boolean, version_now text, failure jsonb, memory jsonb, started_at timestamptz, ended_at timestamptz)
    WHERE t.rollout_id = ${rolloutId} AND t.instance_id = r.instance_id`;
  await tx.$executeRaw`
    UPDATE instances i SET generation = r.generation FROM jsonb_to_recordset(${records}::jsonb) AS r(instance_id text, generation bigint, holding boolean)
    WHERE i.id = r.instance_id AND r.holding AND i.generation < r.generation`;
}

async function voidSteps(tx: Tx, rolloutId: string, instances: readonly string[]): Promise<void> {
  if (instances.length === 0) return;
  await tx.$executeRaw`
    UPDATE steps SET state = 'done', outcome = '{"kind":"voided"}', folded = true, done_at = clock_timestamp()
    WHERE rollout_id = ${rolloutId} AND instance_id = ANY(${[...instances]}) AND state <> 'done'`;
}

function stepRecord(draft: Draft, step: NewStep): object | null {
  const target = draft.targets.get(step.instance);
  if (!target) return null;
  const mode = draft.rollout.kind === "rollback" || target.direction === "back" ? "rollback" : "deployment";
  const input: StepInput = {
    goal: goalOf(target),
    mode,
    force: draft.rollout.restart && target.direction === "forward",
    inFlightTx: target.memory.inFlight?.tx ?? null,
    again: target.memory.unanswered > 0,
  };
  return {
    instance_id: step.instance,
    attempt: target.attempt,
    generation: target.generation,
    kind: step.kind,
    tx: txOf(draft.rollout.id, target.attempt),
    input,
    delay: step.delayMs / 1000,
  };
}

async function insertSteps(tx: Tx, draft: Draft): Promise<void> {
  const records = [...draft.steps.values()].map((step) => stepRecord(draft, step)).filter((record) => record !== null);
  if (records.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO steps (rollout_id, instance_id, attempt, generation, kind, tx, input, not_before)
    SELECT ${draft.rollout.id}, r.instance_id, r.attempt, r.generation, r.kind::step_kind, r.tx, r.input, clock_timestamp() + make_interval(secs => r.delay)
    FROM jsonb_to_recordset(${JSON.stringify(records)}::jsonb) AS r(instance_id text, attempt int, generation bigint, kind text, tx text, input jsonb, delay double precision)`;
}

/** A newer debt replaces an older one: only what the newest holder wanted is still owed. */
async function insertDebts(tx: Tx, draft: Draft): Promise<void> {
  for (const debt of draft.debts) {
    await tx.owed.updateMany({
      where: { instanceId: debt.instance, settledAt: null },
      data: { settledAt: new Date(draft.now), outcome: "replaced" },
    });
    await tx.owed.create({
      data: {
        instanceId: debt.instance,
        rolloutId: draft.rollout.id,
        duty: debt.duty,
        tx: debt.tx,
        version: debt.release.version,
        revision: debt.release.revision,
        generation: debt.generation,
      },
    });
  }
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
