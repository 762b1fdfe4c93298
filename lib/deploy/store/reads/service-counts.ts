import type { InstanceStatus } from "../../domain/statuses";
import type { ServiceCounts, VersionCount } from "../../ports/reads";
import { type Database, Prisma } from "../database";
import { grouped } from "./grouped";
import { maybeInError } from "./maybe-in-error";

interface PlacedRow {
  readonly service: string;
  readonly instances: number;
  readonly hosts: number;
}

interface RunningRow {
  readonly service: string;
  readonly version: string;
  readonly color: number;
  readonly instances: number;
}

interface StateRow {
  readonly service: string;
  /** null: no version runs there. */
  readonly version: string | null;
  readonly status: InstanceStatus;
  readonly instances: number;
  readonly healthy: number;
}

interface Counted {
  readonly placed: readonly PlacedRow[];
  /** Of each service the newest version first. */
  readonly running: readonly RunningRow[];
  /** One row a service, version and status. */
  readonly states: readonly StateRow[];
}

/** What runs where, counted in the database by one statement, so that all of it is true at one moment. */
export async function serviceCounts(db: Database, names: readonly string[]): Promise<ReadonlyMap<string, ServiceCounts>> {
  // Of one service every instance is looked at: that costs less than to find out which of the whole fleet matter.
  const apart = names.length > 1 ? await maybeInError(db) : null;
  const { placed, running, states } = apart === null ? await allLookedUp(db, names) : await fewLookedUp(db, names, apart);
  const placedIn = new Map(placed.map((each) => [each.service, each]));
  const runningIn = grouped(running, (each) => each.service);
  const statesIn = grouped(states, (each) => each.service);
  return new Map(names.map((name) => [name, counted(placedIn.get(name), runningIn.get(name) ?? [], statesIn.get(name) ?? [])]));
}

function counted(placed: PlacedRow | undefined, running: readonly RunningRow[], states: readonly StateRow[]): ServiceCounts {
  const ofStatus = (status: InstanceStatus) => sum(states.filter((row) => row.status === status));
  const healthyOf = grouped(states, (row) => row.version);
  const versions = running.map(({ version, color, instances }, index): VersionCount => {
    const healthy = (healthyOf.get(version) ?? []).reduce((total, row) => total + row.healthy, 0);
    return { version, color, instances, healthy, newest: index === 0 };
  });
  const byStatus = { active: ofStatus("active"), pending: ofStatus("pending"), error: ofStatus("error") };
  return { instances: placed?.instances ?? 0, hosts: placed?.hosts ?? 0, byStatus, versions };
}

/**
 * Most instances of a fleet are active, or held by a rollout, and answer: those are counted from indexes, and the view is worked out only
 * for the others. Who opens a run writes with it what was seen: nothing runs that was never asked.
 */
async function fewLookedUp(db: Database, names: readonly string[], others: readonly string[]): Promise<Counted> {
  return only(
    await db.$queryRaw<Counted[]>`
      WITH ${placedAndRunning(names)}, apart AS MATERIALIZED (
        ${viewed(Prisma.sql`"id" = ANY(${others})`)}
        UNION ALL
        SELECT a."service", a."version", 'pending', count(*)::int, count(*)::int
        FROM "rollout_targets" t JOIN "activations" a ON a."instance_id" = t."instance_id" AND a."ended_at" IS NULL
        WHERE t."holding" AND t."instance_id" <> ALL(${others}) GROUP BY a."service", a."version"
      ), told AS (
        SELECT "service", "version", sum("instances")::int AS "n" FROM apart GROUP BY "service", "version"
      ), states AS (
        SELECT * FROM apart
        UNION ALL
        SELECT r."service", r."version", 'active', r."instances" - coalesce(t."n", 0), r."instances" - coalesce(t."n", 0)
        FROM running r LEFT JOIN told t ON t."service" = r."service" AND t."version" = r."version"
      )
      SELECT ${PLACED_AND_RUNNING}, coalesce((SELECT ${ROWS} FROM states x), '[]') AS "states"`,
  );
}

async function allLookedUp(db: Database, names: readonly string[]): Promise<Counted> {
  return only(
    await db.$queryRaw<Counted[]>`
      WITH ${placedAndRunning(names)}, states AS (${viewed(Prisma.sql`"service" = ANY(${names})`)})
      SELECT ${PLACED_AND_RUNNING}, coalesce((SELECT ${ROWS} FROM states x), '[]') AS "states"`,
  );
}

function placedAndRunning(names: readonly string[]): Prisma.Sql {
  return Prisma.sql`
    placed AS MATERIALIZED (
      SELECT "service", count(*)::int AS "instances", count(DISTINCT "host")::int AS "hosts"
      FROM "instances" WHERE "service" = ANY(${names}) AND "retired_at" IS NULL GROUP BY "service"
    ), running AS MATERIALIZED (
      SELECT "service", "version", count(*)::int AS "instances"
      FROM "activations" WHERE "service" = ANY(${names}) AND "ended_at" IS NULL GROUP BY "service", "version"
    ), newest_first AS (
      SELECT r.*, v."color" FROM running r CROSS JOIN LATERAL (
        SELECT "color", "first_seen_at" FROM "versions" WHERE "service" = r."service" AND "version" = r."version" LIMIT 1
      ) v ORDER BY r."service", v."first_seen_at" DESC, r."version"
    )`;
}

function viewed(which: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT "service", "version", "status", count(*)::int AS "instances", (count(*) FILTER (WHERE "healthy"))::int AS "healthy"
    FROM "instance_states" WHERE ${which} GROUP BY "service", "version", "status"`;
}

/** As one value: each row by itself costs more on its way than in the database. */
const ROWS = Prisma.sql`json_agg(x)`;
const PLACED_AND_RUNNING = Prisma.sql`
  coalesce((SELECT ${ROWS} FROM placed x), '[]') AS "placed", coalesce((SELECT ${ROWS} FROM newest_first x), '[]') AS "running"`;

function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error("an aggregate without a row");
  return row;
}

function sum(rows: readonly { readonly instances: number }[]): number {
  return rows.reduce((total, row) => total + row.instances, 0);
}
