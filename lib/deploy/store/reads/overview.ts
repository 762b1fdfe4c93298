import { z } from "zod";
import type { LiveRolloutStatus } from "../../domain/statuses";
import type { AttentionRow, OverviewRow } from "../../ports/reads";
import { type Database, Prisma } from "../database";
import { isWorkerAlive } from "../worker-alive";
import { maybeInError } from "./maybe-in-error";

interface Row {
  readonly services: number;
  readonly hosts: number;
  readonly instances: number;
  readonly active: number;
  readonly pending: number;
  readonly error: number;
  readonly paused: number;
  readonly alive: number;
  readonly workerSeenAt: Date | null;
  readonly lastCheckedAt: Date | null;
  readonly demo: unknown;
}

/** `notes.demo`, as the demo writes it. */
const demoNote = z.object({ active: z.boolean(), step: z.string().nullable() });

/** `mostSuspects`: where more than so many may be in error, all instances are looked at. */
export async function overview(db: Database, mostAttention: number, mostSuspects?: number): Promise<OverviewRow> {
  const suspects = await maybeInError(db, mostSuspects);
  const [row, attention] = await Promise.all([counted(db, suspects), inError(db, suspects, mostAttention)]);
  const { services, hosts, instances, active, pending, error, paused, alive, workerSeenAt, lastCheckedAt } = row;
  const demo = demoNote.safeParse(row.demo);
  return {
    totals: { services, instances, hosts, active, pending, error },
    paused,
    attention,
    workers: { alive, lastSeenAt: workerSeenAt },
    lastCheckedAt,
    demo: demo.success ? demo.data : { active: false, step: null },
  };
}

async function counted(db: Database, suspects: readonly string[] | null): Promise<Row> {
  const held = Prisma.sql`SELECT count(*)::int FROM "rollout_targets" WHERE "holding" AND "instance_id" <> ALL(${suspects ?? []})`;
  const [row] = await db.$queryRaw<Row[]>`
    SELECT
      (SELECT count(*)::int FROM "services" WHERE "deleted_at" IS NULL) AS "services",
      (SELECT count(*)::int FROM "hosts" WHERE "state" <> 'retired') AS "hosts",
      i."instances", i."instances" - n."pending" - n."error" AS "active", n."pending", n."error",
      (SELECT count(*)::int FROM "rollouts" WHERE "completed_at" IS NULL AND "status" = 'paused') AS "paused",
      w."alive", w."workerSeenAt",
      (SELECT max("checked_at") FROM "observations") AS "lastCheckedAt",
      (SELECT "value" FROM "notes" WHERE "key" = 'demo') AS "demo"
    FROM (
      SELECT count(*)::int AS "instances" FROM "instances" WHERE "retired_at" IS NULL
    ) i, (
      SELECT (count(*) FILTER (WHERE "status" = 'pending'))::int + ${suspects === null ? Prisma.sql`0` : Prisma.sql`(${held})`} AS "pending",
        (count(*) FILTER (WHERE "status" = 'error'))::int AS "error"
      FROM "instance_states" WHERE ${among(suspects)}
    ) n, (
      SELECT (count(*) FILTER (
          WHERE ${isWorkerAlive}))::int AS "alive",
        max("last_seen_at") AS "workerSeenAt"
      FROM "workers"
    ) w`;
  if (row === undefined) throw new Error("an aggregate without a row");
  return row;
}

async function inError(db: Database, suspects: readonly string[] | null, limit: number): Promise<readonly AttentionRow[]> {
  return await db.$queryRaw<AttentionRow[]>`
    SELECT "id" AS "instanceId", "service", coalesce("version", '') AS "version", "condition", "detail",
      "running_version" AS "runningVersion", coalesce("unhealthy_since", "drift_since") AS "since"
    FROM "instance_states" WHERE ${among(suspects)} AND "status" = 'error' ORDER BY 7 NULLS FIRST, "id" LIMIT ${limit}`;
}

function among(suspects: readonly string[] | null): Prisma.Sql {
  return suspects === null ? Prisma.sql`true` : Prisma.sql`"id" = ANY(${suspects})`;
}

export async function gauges(db: Database): Promise<{ live: ReadonlyMap<LiveRolloutStatus, number>; workers: number }> {
  const [live, workers] = await Promise.all([
    db.$queryRaw<{ status: LiveRolloutStatus; n: number }[]>`
      SELECT "status"::text, count(*)::int AS "n" FROM "rollouts" WHERE "completed_at" IS NULL GROUP BY "status"`,
    db.$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS "n" FROM "workers"
      WHERE ${isWorkerAlive}`,
  ]);
  return { live: new Map(live.map(({ status, n }) => [status, n])), workers: workers[0]?.n ?? 0 };
}

export async function now(db: Database): Promise<Date> {
  const [row] = await db.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS "now"`;
  if (row === undefined) throw new Error("the database tells no time");
  return row.now;
}

export async function appliedMigrations(db: Database): Promise<readonly string[]> {
  const rows = await db.$queryRaw<{ name: string }[]>`
    SELECT "migration_name" AS "name" FROM "_prisma_migrations" WHERE "finished_at" IS NOT NULL AND "rolled_back_at" IS NULL`;
  return rows.map((row) => row.name);
}
