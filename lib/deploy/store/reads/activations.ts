import type { ActivationRow, LatestRun, Page, PageRequest } from "../../ports/reads";
import type { Database } from "../database";
import { decodeCursor, pageOf } from "./cursor";

type Row = Omit<ActivationRow, "id"> & { readonly id: bigint };

/** The history of an instance, newest first. */
export async function activations(
  db: Database,
  instanceId: string,
  { limit, cursor }: PageRequest,
): Promise<Page<ActivationRow>> {
  const before = decodeCursor(cursor, "number")?.[0];
  const rows = await db.$queryRaw<Row[]>`
    SELECT a."id", a."version", v."color", a."revision", a."outcome"::text, a."opened_by"::text AS "openedBy", a."started_at" AS "from",
      a."ended_at" AS "to", a."rollout_id" AS "rolloutId", a."closed_by_rollout" AS "closedByRollout",
      a."requested_by" AS "requestedBy", r."reason", n."version" AS "replacedByVersion", a."failure"
    FROM "activations" a
    JOIN "versions" v ON v."service" = a."service" AND v."version" = a."version"
    LEFT JOIN "rollouts" r ON r."id" = a."rollout_id"
    LEFT JOIN LATERAL (
      SELECT n."version" FROM "activations" n WHERE n."instance_id" = a."instance_id" AND n."replaces_id" = a."id" AND n."id" > a."id"
        AND n."outcome" IS DISTINCT FROM 'failed'
      ORDER BY n."id" LIMIT 1
    ) n ON a."ended_at" IS NOT NULL
    WHERE a."instance_id" = ${instanceId} AND a."id" < ${before === undefined ? LAST : BigInt(before)}
    ORDER BY a."id" DESC LIMIT ${limit + 1}`;
  return pageOf(
    rows,
    limit,
    (last) => [last.id.toString()],
    (row) => ({ ...row, id: row.id.toString() }),
  );
}

const LAST = 2n ** 63n - 1n;

/** The open run of a version counts before a newer attempt at the same version that failed: it is what runs. */
export async function latestRuns(db: Database, instanceId: string): Promise<readonly LatestRun[]> {
  return await db.$queryRaw<LatestRun[]>`
    SELECT a."version", v."color", a."outcome"::text, a."started_at" AS "lastRunAt", v."withdrawn_at" IS NOT NULL AS "withdrawn"
    FROM (
      SELECT DISTINCT ON ("version") "id", "version", "outcome", "started_at", "service"
      FROM "activations" WHERE "instance_id" = ${instanceId} ORDER BY "version", "ended_at" IS NULL DESC, "id" DESC
    ) a
    JOIN "versions" v ON v."service" = a."service" AND v."version" = a."version"
    ORDER BY a."id" DESC`;
}
