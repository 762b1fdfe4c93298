import type { InstanceFilter, InstancePage, InstanceRow, PageRequest } from "../../ports/reads";
import { type Database, Prisma } from "../database";
import { decodeCursor, pageOf } from "./cursor";
import { hasLabelWith } from "./has-label";

type PastFilter = InstanceFilter & { readonly at: Date };

/**
 * The instances of a service as they were at a time, by the history: the version that ran then (a change that failed never
 * replaced it), `pending` while a rollout changed it or before its first version. Health answers are not kept, so what an
 * instance answered then is null.
 */
export async function instancesAsOf(db: Database, service: string, filter: PastFilter, page: PageRequest): Promise<InstancePage> {
  const after = decodeCursor(page.cursor, "name")?.[0] ?? "";
  const past = pastStates(service, filter.at);
  const wanted = conditions(filter);
  const [rows, counts] = await Promise.all([
    db.$queryRaw<InstanceRow[]>`
      SELECT p.* FROM (${past}) p WHERE p."instanceId" > ${after} AND ${wanted} ORDER BY p."instanceId" LIMIT ${page.limit + 1}`,
    db.$queryRaw<{ total: number; matched: number }[]>`
      SELECT count(*)::int AS "total", (count(*) FILTER (WHERE ${wanted}))::int AS "matched" FROM (${past}) p`,
  ]);
  const { total, matched } = counts[0] ?? { total: 0, matched: 0 };
  return {
    ...pageOf(
      rows,
      page.limit,
      (last) => [last.instanceId],
      (row) => row,
    ),
    total,
    matched,
  };
}

function pastStates(service: string, at: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT i."id" AS "instanceId", i."service" AS "serviceName", coalesce(a."version", '') AS "version",
      CASE WHEN t."rollout_id" IS NOT NULL OR a."version" IS NULL THEN 'pending' ELSE 'active' END AS "status",
      NULL::text AS "condition", v."color", a."revision", i."host", h."zone", h."address", i."port", NULL::boolean AS "healthy",
      NULL::float8 AS "latencyMs", NULL::timestamptz AS "checkedAt", NULL::jsonb AS "detail", a."started_at" AS "since",
      t."rollout_id" AS "heldBy", i."labels"
    FROM "instances" i
    JOIN "hosts" h ON h."name" = i."host"
    LEFT JOIN LATERAL (
      SELECT * FROM "activations" a
      WHERE a."instance_id" = i."id" AND a."started_at" <= ${at} AND (a."ended_at" IS NULL OR a."ended_at" > ${at})
        AND a."outcome" IS DISTINCT FROM 'failed'
      ORDER BY a."id" DESC LIMIT 1
    ) a ON true
    LEFT JOIN LATERAL (
      SELECT t."rollout_id" FROM "rollout_targets" t
      WHERE t."instance_id" = i."id" AND t."started_at" <= ${at} AND (t."ended_at" IS NULL OR t."ended_at" > ${at})
      ORDER BY t."started_at" DESC LIMIT 1
    ) t ON true
    LEFT JOIN "versions" v ON v."service" = i."service" AND v."version" = a."version"
    WHERE i."service" = ${service} AND i."registered_at" <= ${at} AND (i."retired_at" IS NULL OR i."retired_at" > ${at})`;
}

function conditions({ versions, status, host, text }: PastFilter): Prisma.Sql {
  const all = [Prisma.sql`true`];
  if (versions.length > 0) all.push(Prisma.sql`p."version" = ANY(${versions})`);
  if (status !== undefined) all.push(Prisma.sql`p."status" = ${status}`);
  if (host !== undefined) all.push(Prisma.sql`p."host" = ${host}`);
  if (text !== undefined) {
    const part = text.toLowerCase();
    all.push(
      Prisma.sql`(strpos(lower(p."instanceId"), ${part}) > 0 OR strpos(lower(p."host"), ${part}) > 0 OR ${hasLabelWith(Prisma.sql`p."labels"`, part)})`,
    );
  }
  return Prisma.join(all, " AND ");
}
