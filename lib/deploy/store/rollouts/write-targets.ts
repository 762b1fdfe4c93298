/** Writes what a decision changed of its targets, and the steps that it gives out and takes back. */
import { type Draft, goalOf, type NewStep } from "../../domain/draft";
import { type Target, txOf } from "../../domain/rollout-state";
import type { StepInput } from "../../ports/rollouts";
import type { Tx } from "../database";
import { recordOf } from "./rows";

/**
 * One statement for all of them. Holds are given up before others are taken: the index allows one holder an instance. `folded`: steps whose
 * outcomes this decision has taken in. Each target is looked up by its whole key (decision 25).
 */
export async function writeTargets(
  tx: Tx,
  rolloutId: string,
  targets: readonly Target[],
  folded: readonly bigint[],
): Promise<void> {
  if (targets.length === 0 && folded.length === 0) return;
  await tx.$executeRaw`
    WITH r AS MATERIALIZED (
      SELECT ${rolloutId} AS rollout_id, r.* FROM jsonb_to_recordset(${JSON.stringify(targets.map(recordOf))}::jsonb) AS r(instance_id text, from_version text, from_revision int, status text, attempt int, generation bigint, direction text,
        holding boolean, changed boolean, answered_before boolean, confirmed_down boolean, version_now text, failure jsonb, memory jsonb, started_at timestamptz, ended_at timestamptz)
    ), raised AS (
      UPDATE instances i SET generation = r.generation FROM r WHERE i.id = r.instance_id AND r.holding AND i.generation < r.generation
    ), taken_in AS (
      UPDATE steps SET folded = true WHERE id = ANY(${[...folded]}::bigint[])
    )
    UPDATE rollout_targets t SET from_version = r.from_version, from_revision = r.from_revision, status = r.status::target_status, attempt = r.attempt, generation = r.generation,
      direction = r.direction::target_direction, holding = r.holding, changed = r.changed, answered_before = r.answered_before, confirmed_down = r.confirmed_down,
      version_now = r.version_now, failure = CASE WHEN r.failure = 'null'::jsonb THEN NULL ELSE r.failure END, memory = r.memory, started_at = r.started_at, ended_at = r.ended_at
    FROM r WHERE t.rollout_id = r.rollout_id AND t.instance_id = r.instance_id`;
}

/** Whoever does one loses it. That it was taken back is no outcome that a decision would take in. */
export async function voidSteps(tx: Tx, rolloutId: string, instances: readonly string[]): Promise<void> {
  if (instances.length === 0) return;
  await tx.$executeRaw`
    UPDATE steps SET state = 'done', outcome = '{"kind":"voided"}', folded = true, done_at = clock_timestamp()
    WHERE id IN (SELECT id FROM steps WHERE rollout_id = ${rolloutId} AND instance_id = ANY(${[...instances]}) AND state <> 'done' ORDER BY id FOR UPDATE)`;
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

/** All of a decision in one statement, which also tells the workers that there are some. */
export async function insertSteps(tx: Tx, draft: Draft): Promise<void> {
  const records = [...draft.steps.values()].map((step) => stepRecord(draft, step)).filter((record) => record !== null);
  if (records.length === 0) return;
  await tx.$executeRaw`
    WITH given_out AS (
      INSERT INTO steps (rollout_id, instance_id, attempt, generation, kind, tx, input, not_before)
      SELECT ${draft.rollout.id}, r.instance_id, r.attempt, r.generation, r.kind::step_kind, r.tx, r.input, clock_timestamp() + make_interval(secs => r.delay)
      FROM jsonb_to_recordset(${JSON.stringify(records)}::jsonb) AS r(instance_id text, attempt int, generation bigint, kind text, tx text, input jsonb, delay double precision)
      RETURNING id)
    SELECT pg_notify('slipway_wake', 'steps') FROM (SELECT count(*) FROM given_out) counted`;
}
