/** Loads what a decision needs, inside its transaction. */
import type { Release, Rollout } from "../../domain/rollout-state";
import type { StepDone, StepOutcome } from "../../domain/step-outcome";
import type { DecisionFacts, Snapshot } from "../../ports/rollouts";
import type { Tx } from "../database";
import type { Prisma } from "../generated/client";
import { stored } from "../json";
import { owedChanges } from "./owed-changes";
import { rolloutOf, targetOf } from "./rows";
import { NOTHING_COUNTED, serviceLoad } from "./service-load";

export async function databaseNow(tx: Tx): Promise<number> {
  const [row] = await tx.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`;
  if (!row) throw new Error("the database did not tell the time");
  return row.now.getTime();
}

/** Locks rollouts in the order of their ids, the one order in which anything locks several. */
export async function lockRollouts(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.$queryRaw`SELECT id FROM rollouts WHERE id = ANY(${[...ids]}) ORDER BY id FOR UPDATE`;
}

export async function loadSnapshot(tx: Tx, id: string): Promise<Snapshot | null> {
  const row = await tx.rollout.findUnique({ where: { id } });
  if (!row) return null;
  const targets = await tx.rolloutTarget.findMany({ where: { rolloutId: id }, orderBy: { position: "asc" } });
  const pending = await tx.$queryRaw<
    { instance_id: string }[]
  >`SELECT instance_id FROM steps WHERE rollout_id = ${id} AND state <> 'done'`;
  return { rollout: rolloutOf(row), targets: targets.map(targetOf), pending: new Set(pending.map((step) => step.instance_id)) };
}

export async function loadFacts(tx: Tx, snapshot: Snapshot): Promise<DecisionFacts & { readonly folded: readonly bigint[] }> {
  const { rollout } = snapshot;
  const moving = rollout.status !== "scheduled" && rollout.status !== "paused" && rollout.completedAt === null;
  const load = moving
    ? await serviceLoad(tx, { id: rollout.id, service: rollout.service, minHealthy: rollout.strategy.minHealthy })
    : NOTHING_COUNTED;
  const told = await toldSteps(tx, rollout.id);
  const ended = told.filter((step) => step.ended);
  // One that ended after `pending` was known is not under way any more. But one that ended just before it was voided is told while the
  // step that was given out in its stead is under way.
  const pending = new Set(snapshot.pending);
  for (const { done, replaced } of ended) if (!replaced) pending.delete(done.instance);
  const begins = rollout.status === "scheduled";
  // The instances are locked first: who holds them cannot change after it was asked.
  const generations = begins ? await generationsOf(tx, snapshot) : new Map<string, number>();
  return {
    ...snapshot,
    pending,
    now: await databaseNow(tx),
    done: told.map((step) => step.done),
    folded: ended.map((step) => step.id),
    load,
    ...(moving ? await fallenInstances(tx, rollout) : NONE_FALLEN),
    serviceHeld: await isServiceHeld(tx, rollout.service),
    busyWith: begins ? await holdersOf(tx, snapshot) : [],
    generations,
    running: begins ? await runningOf(tx, snapshot) : new Map(),
    owed: begins ? await owedChanges(tx, snapshot) : new Map(),
  };
}

interface StepRow {
  readonly id: bigint;
  readonly instance_id: string;
  readonly attempt: number;
  readonly kind: StepDone["step"];
  readonly outcome: Prisma.JsonValue;
  readonly ended: boolean;
  readonly replaced: boolean;
}

interface ToldStep {
  readonly id: bigint;
  readonly done: StepDone;
  /** It has ended; otherwise it is under way, and has said how far it has come. */
  readonly ended: boolean;
  /** Another step of its instance is under way. */
  readonly replaced: boolean;
}

async function toldSteps(tx: Tx, id: string): Promise<readonly ToldStep[]> {
  const rows = await tx.$queryRaw<StepRow[]>`
    SELECT id, instance_id, attempt, kind::text, outcome, true AS ended, (
      SELECT true FROM steps n WHERE n.rollout_id = s.rollout_id AND n.instance_id = s.instance_id AND n.state <> 'done' LIMIT 1) IS NOT NULL AS replaced
    FROM steps s WHERE rollout_id = ${id} AND state = 'done' AND NOT folded
    UNION ALL
    SELECT id, instance_id, attempt, kind::text, outcome, false, false FROM steps WHERE rollout_id = ${id} AND state = 'claimed' AND outcome IS NOT NULL
    ORDER BY id`;
  return rows.map((row) => ({
    id: row.id,
    ended: row.ended,
    replaced: row.replaced,
    done: { instance: row.instance_id, attempt: row.attempt, step: row.kind, outcome: stored<StepOutcome>(row.outcome) },
  }));
}

type Fallen = Pick<DecisionFacts, "fallen" | "restarted">;
const NONE_FALLEN: Fallen = { fallen: new Map(), restarted: new Set() };

/** Changed instances that were seen not to answer after they had verified, or to run in another process: looked up from the few that do. */
async function fallenInstances(tx: Tx, rollout: Rollout): Promise<Fallen> {
  if (rollout.kind !== "deployment") return NONE_FALLEN;
  const rows = await tx.$queryRaw<{ instance_id: string; since: Date; restarted: boolean }[]>`
    SELECT o.instance_id, o.since, o.restarted FROM (
      SELECT instance_id, unhealthy_since AS since, false AS restarted FROM observations WHERE healthy = false AND unhealthy_since IS NOT NULL
      UNION ALL SELECT instance_id, restarted_at, true FROM observations WHERE restarted_at IS NOT NULL AND healthy IS DISTINCT FROM false
    ) o CROSS JOIN LATERAL (
      SELECT t.holding, t.status, t.changed FROM rollout_targets t WHERE t.rollout_id = ${rollout.id} AND t.instance_id = o.instance_id LIMIT 1) t
    WHERE t.holding AND t.status = 'succeeded' AND t.changed`;
  return {
    fallen: new Map(rows.map((row) => [row.instance_id, row.since.getTime()])),
    restarted: new Set(rows.filter((row) => row.restarted).map((row) => row.instance_id)),
  };
}

async function isServiceHeld(tx: Tx, service: string): Promise<boolean> {
  const row = await tx.service.findUnique({ where: { name: service }, select: { heldBy: true } });
  return row?.heldBy != null;
}

async function holdersOf(tx: Tx, snapshot: Snapshot): Promise<readonly string[]> {
  const ids = snapshot.targets.map((target) => target.instance);
  const rows = await tx.$queryRaw<{ rollout_id: string }[]>`
    SELECT DISTINCT rollout_id FROM rollout_targets WHERE instance_id = ANY(${ids}) AND holding AND rollout_id <> ${snapshot.rollout.id} ORDER BY 1`;
  return rows.map((row) => row.rollout_id);
}

/** Locks the instances, so that nobody else raises their generation meanwhile. */
export async function generationsOf(tx: Tx, snapshot: Snapshot): Promise<ReadonlyMap<string, number>> {
  const ids = snapshot.targets.map((target) => target.instance);
  const rows = await tx.$queryRaw<
    { id: string; generation: bigint }[]
  >`SELECT id, generation FROM instances WHERE id = ANY(${ids}) ORDER BY id FOR UPDATE`;
  return new Map(rows.map((row) => [row.id, Number(row.generation)]));
}

async function runningOf(tx: Tx, snapshot: Snapshot): Promise<ReadonlyMap<string, Release | null>> {
  const ids = snapshot.targets.map((target) => target.instance);
  const rows = await tx.activation.findMany({
    where: { instanceId: { in: ids }, endedAt: null },
    select: { instanceId: true, version: true, revision: true },
  });
  const running = new Map(rows.map((row) => [row.instanceId, { version: row.version, revision: row.revision }]));
  return new Map(ids.map((id) => [id, running.get(id) ?? null]));
}
