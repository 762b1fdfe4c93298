/** Accepting a rollout. */
import { type Failure, SlipwayError } from "../../domain/errors";
import { FRESH_MEMORY, FRESH_PROGRESS } from "../../domain/rollout-state";
import type { Actor } from "../../ports";
import type { NewRollout, PlanReads, RolloutStore } from "../../ports/rollouts";
import { type Database, databaseErrorCode, inTransaction, type Tx } from "../database";
import { writeAudit, writeEvents } from "../events";
import { storable } from "../json";
import { holdService } from "./hold";
import { createPlanReads } from "./plan-reads";
import { dateOf } from "./rows";
import { databaseNow } from "./snapshot";
import { UNFINISHED } from "./unfinished";

type Accepted = { readonly id: string; readonly created: boolean };
type Make = Parameters<RolloutStore["accept"]>[4];

export async function accept(
  db: Database,
  actor: Actor,
  id: string,
  service: string,
  request: unknown,
  make: Make,
): Promise<Accepted> {
  try {
    return await inTransaction(db, (tx) => acceptInside(tx, actor, id, service, request, make));
  } catch (error) {
    // Two servers took the same id at once: the other one was first, and is asked what it wrote.
    if (databaseErrorCode(error) === "23505")
      return inTransaction(db, (tx) => acceptInside(tx, actor, id, service, request, make));
    throw error;
  }
}

async function acceptInside(tx: Tx, actor: Actor, id: string, service: string, request: unknown, make: Make): Promise<Accepted> {
  const known = await answerBefore(tx, id, request);
  if (known !== null) return { id: known, created: false };
  await lockLive(tx, service);
  // The same request may have been accepted while this one waited for the lock; it would be in its own way.
  const meanwhile = await answerBefore(tx, id, request);
  if (meanwhile !== null) return { id: meanwhile, created: false };
  const reads: PlanReads = createPlanReads(tx);
  const made = await make(reads);
  if ("existing" in made) {
    // Repeated when something newer runs by then, it must not take that back instead.
    const answered = { id, rolloutId: made.existing, request: storable(request), requestedBy: actor.name };
    await tx.answeredRequest.create({ data: answered });
    return { id: made.existing, created: false };
  }
  await insertRollout(tx, actor, made, request);
  if (made.kind === "rollback") await holdBack(tx, actor, made);
  await writeAudit(tx, {
    actor: actor.name,
    action: made.kind === "deployment" ? "start_deployment" : "start_rollback",
    subject: made.id,
    params: { service, instances: made.targets.length },
    outcome: "accepted",
  });
  await tx.$executeRaw`SELECT pg_notify('slipway_wake', ${`rollout:${made.id}`})`;
  return { id: made.id, created: true };
}

/** The rollout that the same request was answered with, null when its id is new. Throws `id_reused` when it was another request. */
async function answerBefore(tx: Tx, id: string, request: unknown): Promise<string | null> {
  const started = await tx.rollout.findUnique({ where: { id }, select: { request: true, requestedBy: true, createdAt: true } });
  const row = started === null ? await tx.answeredRequest.findUnique({ where: { id } }) : { ...started, rolloutId: id };
  if (row === null) return null;
  const { rolloutId, requestedBy, createdAt } = row;
  if (JSON.stringify(sorted(row.request)) === JSON.stringify(sorted(storable(request)))) return rolloutId;
  throw new SlipwayError("id_reused", { id }, { conflict: { rolloutId, requestedBy, createdAt } });
}

/** The store does not keep the order of an object's keys: both sides are compared in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

/** Rollouts first, in id order, then the service: the order in which everyone takes these locks. */
async function lockLive(tx: Tx, service: string): Promise<void> {
  await tx.$queryRaw`SELECT id FROM rollouts WHERE service = ${service} AND completed_at IS NULL ORDER BY id FOR UPDATE`;
  await tx.$queryRaw`SELECT name FROM services WHERE name = ${service} FOR UPDATE`;
}

const NOTHING_TO_START: Failure = { step: "switch", code: "no_version", params: {}, evidence: null };

async function insertRollout(tx: Tx, actor: Actor, made: NewRollout, request: unknown): Promise<void> {
  const now = await databaseNow(tx);
  const { startAt, graceSeconds } = made.strategy;
  const scheduledUntil = Math.max(now + graceSeconds * 1000, startAt === null ? 0 : Date.parse(startAt));
  await tx.rollout.create({
    data: {
      id: made.id,
      kind: made.kind,
      service: made.service,
      version: made.version,
      status: "scheduled",
      reason: made.reason,
      metadata: storable(made.metadata),
      strategy: storable(made.strategy),
      request: storable(request),
      requestedBy: actor.name,
      createdAt: new Date(now),
      scheduledUntil: dateOf(scheduledUntil),
      packageUrl: made.packageUrl,
      packageSha256: made.packageSha256,
      ...(made.barrier === null ? {} : { barrier: storable({ reason: made.barrier.reason, by: actor.name }) }),
      restart: made.restart,
      takesBack: made.takesBack,
      retryOf: made.retryOf,
      hold: made.hold,
      progress: storable(FRESH_PROGRESS),
      waitingFor: storable({
        code: scheduledUntil > now ? (startAt === null ? "grace" : "start_time") : "worker",
        params: {},
        until: dateOf(scheduledUntil),
      }),
      wakeAt: new Date(now),
    },
  });
  const rows = made.targets.map((target, position) => ({
    instance_id: target.instance,
    position,
    wave: target.wave,
    host: target.host,
    from_version: target.from?.version ?? null,
    from_revision: target.from?.revision ?? null,
    to_version: target.to.version,
    to_revision: target.to.revision,
    answered_before: target.answeredBefore,
    version_now: target.from?.version ?? null,
    memory: { ...FRESH_MEMORY, expect: target.expect },
    status: "waiting",
    failure: null,
  }));
  const skipped = made.withoutVersion.map((empty, at) => ({
    instance_id: empty.instance,
    position: rows.length + at,
    wave: 1,
    host: empty.host,
    from_version: null,
    from_revision: null,
    to_version: "",
    to_revision: empty.revision,
    answered_before: null,
    version_now: null,
    memory: FRESH_MEMORY,
    status: "skipped",
    failure: NOTHING_TO_START,
  }));
  await tx.$executeRaw`
    INSERT INTO rollout_targets (rollout_id, instance_id, position, wave, host, from_version, from_revision, to_version, to_revision, status, answered_before, version_now, memory, failure)
    SELECT ${made.id}, r.instance_id, r.position, r.wave, r.host, r.from_version, r.from_revision, r.to_version, r.to_revision, r.status::target_status, r.answered_before, r.version_now, r.memory,
      CASE WHEN r.failure = 'null'::jsonb THEN NULL ELSE r.failure END
    FROM jsonb_to_recordset(${JSON.stringify([...rows, ...skipped])}::jsonb) AS r(instance_id text, position int, wave int, host text, from_version text, from_revision int,
      to_version text, to_revision int, answered_before boolean, version_now text, memory jsonb, status text, failure jsonb)`;
  const versions = [...new Set(made.targets.map((target) => target.to.version))];
  await writeEvents(tx, [
    {
      code: "rollout_accepted",
      params: {
        kind: made.kind,
        count: made.targets.length,
        version: versions.length === 1 ? (versions[0] ?? null) : null,
        by: actor.name,
        takes_back: made.takesBack,
      },
      actor: actor.name,
      rolloutId: made.id,
      service: made.service,
    },
  ]);
}

/** From its acceptance a rollback stops overlapping rollouts from beginning further changes; from its grace on it may hold the service. */
async function holdBack(tx: Tx, actor: Actor, made: NewRollout): Promise<void> {
  if (made.strategy.startAt !== null) return;
  const ids = made.targets.map((target) => target.instance);
  const rows = await tx.$queryRaw<{ id: string }[]>`
    UPDATE rollouts r SET held_by = ${made.id}, rev = rev + 1, wake_at = clock_timestamp()
    WHERE r.service = ${made.service} AND r.completed_at IS NULL AND r.id <> ${made.id} AND EXISTS (
      SELECT 1 FROM rollout_targets t WHERE t.rollout_id = r.id AND t.instance_id = ANY(${ids})
        AND ${UNFINISHED})
    RETURNING r.id`;
  await writeEvents(
    tx,
    rows.map((row) => ({
      code: "held_back",
      params: { rollout: made.id, by: actor.name },
      actor: actor.name,
      rolloutId: row.id,
      service: made.service,
    })),
  );
  if (made.hold) await holdService(tx, { id: made.id, service: made.service, requestedBy: actor.name });
}
