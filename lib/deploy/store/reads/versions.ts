import type { Page, PageRequest, VersionRow } from "../../ports/reads";
import { type Database, Prisma } from "../database";
import { decodeCursor, pageOf } from "./cursor";
import { MICROSECONDS, timeOf } from "./time-key";

interface Row extends Omit<VersionRow, "packageSize" | "barrier"> {
  readonly packageSize: bigint;
  readonly barrierReason: string | null;
  readonly barrierBy: string | null;
  readonly barrierAt: Date | null;
  readonly key: bigint;
}

/** The catalogue of a service, newest first. `lastSeenAt` is null where a version runs now, or never ran. */
export async function versions(db: Database, service: string, { limit, cursor }: PageRequest): Promise<Page<VersionRow>> {
  const [time, version] = decodeCursor(cursor, "time", "name") ?? [];
  const before =
    time === undefined || version === undefined
      ? Prisma.sql`true`
      : Prisma.sql`(v."first_seen_at", v."version") < (${timeOf(time)}, ${version})`;
  const rows = await select(db, service, before, limit + 1);
  return pageOf(rows, limit, (last) => [last.key.toString(), last.version], view);
}

export async function version(db: Database, service: string, name: string): Promise<VersionRow | null> {
  const [row] = await select(db, service, Prisma.sql`v."version" = ${name}`, 1);
  return row === undefined ? null : view(row);
}

async function select(db: Database, service: string, which: Prisma.Sql, limit: number): Promise<readonly Row[]> {
  return await db.$queryRaw<Row[]>`
    SELECT v."version", v."color", v."package_url" AS "packageUrl", v."package_sha256" AS "packageSha256",
      v."package_size" AS "packageSize", coalesce(c."instances", 0) AS "instances", coalesce(c."healthy", 0) AS "healthy",
      v."first_seen_at" AS "firstSeenAt",
      CASE WHEN c."instances" IS NULL THEN (
        SELECT max(a."ended_at") FROM "activations" a WHERE a."service" = v."service" AND a."version" = v."version"
      ) END AS "lastSeenAt",
      v."barrier_reason" AS "barrierReason", v."barrier_by" AS "barrierBy", v."barrier_at" AS "barrierAt",
      v."withdrawn_at" AS "withdrawnAt", v."withdrawn_by" AS "withdrawnBy", v."withdrawn_reason" AS "withdrawnReason",
      ${MICROSECONDS(Prisma.sql`v."first_seen_at"`)} AS "key"
    FROM (
      SELECT * FROM "versions" v WHERE v."service" = ${service} AND ${which}
      ORDER BY v."first_seen_at" DESC, v."version" DESC LIMIT ${limit}
    ) v
    LEFT JOIN (
      SELECT "version", count(*)::int AS "instances", (count(*) FILTER (WHERE "healthy"))::int AS "healthy"
      FROM "instance_states" WHERE "service" = ${service} AND "version" IS NOT NULL GROUP BY "version"
    ) c ON c."version" = v."version"
    ORDER BY v."first_seen_at" DESC, v."version" DESC`;
}

function view({ packageSize, barrierReason, barrierBy, barrierAt, key: _, ...row }: Row): VersionRow {
  return {
    ...row,
    packageSize: Number(packageSize),
    barrier:
      barrierReason === null || barrierBy === null || barrierAt === null
        ? null
        : { reason: barrierReason, by: barrierBy, at: barrierAt },
  };
}
