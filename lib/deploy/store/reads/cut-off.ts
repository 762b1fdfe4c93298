import type { CutOffRow } from "../../ports/reads";
import type { Database } from "../database";

/** This part of a service, or all of a zone, falling silent together is more likely a cut than so many faults. */
const SHARE = 0.3;
/** One instance alone is no sign. */
const FEWEST = 2;

/**
 * Services and zones of which so many stopped answering within one minute that the console may itself be cut off from them. Not counted is
 * what its own host says is down, and what a rollout holds; after ten minutes it is told no more.
 */
export async function cutOff(db: Database): Promise<readonly CutOffRow[]> {
  return await db.$queryRaw<CutOffRow[]>`
    WITH fallen AS (
      SELECT i."service", h."zone", o."unhealthy_since" AS "at" FROM "observations" o
      JOIN "instances" i ON i."id" = o."instance_id" AND i."retired_at" IS NULL
      JOIN "hosts" h ON h."name" = i."host"
      WHERE o."healthy" = false AND o."unhealthy_since" > clock_timestamp() - interval '10 minutes'
        AND NOT (coalesce(h."reachable", true) AND o."pid" IS NULL AND o."inspected_at" >= o."unhealthy_since")
        AND NOT EXISTS (SELECT 1 FROM "rollout_targets" t WHERE t."instance_id" = i."id" AND t."holding")
        AND EXISTS (SELECT 1 FROM "activations" a WHERE a."instance_id" = i."id" AND a."ended_at" IS NULL)
    ), places AS (
      SELECT 'service' AS "kind", "service" AS "name", "at" FROM fallen
      UNION ALL SELECT 'zone', "zone", "at" FROM fallen WHERE "zone" IS NOT NULL
    ), together AS (
      SELECT "kind", "name", max("n")::int AS "fallen" FROM (
        SELECT "kind", "name", count(*) OVER (PARTITION BY "kind", "name" ORDER BY "at" RANGE BETWEEN CURRENT ROW AND interval '1 minute' FOLLOWING) AS "n" FROM places
      ) n GROUP BY "kind", "name" HAVING max("n") >= ${FEWEST}
    ), counted AS (
      SELECT t."kind", t."name", t."fallen", x."total", x."answering" FROM together t CROSS JOIN LATERAL (
        SELECT count(*)::int AS "total", (count(*) FILTER (WHERE o."healthy"))::int AS "answering" FROM "instances" i
        JOIN "hosts" h ON h."name" = i."host"
        JOIN "activations" a ON a."instance_id" = i."id" AND a."ended_at" IS NULL
        LEFT JOIN "observations" o ON o."instance_id" = i."id"
        WHERE i."retired_at" IS NULL AND CASE t."kind" WHEN 'zone' THEN h."zone" = t."name" ELSE i."service" = t."name" END
      ) x
    )
    SELECT "kind", "name", "fallen", "total" FROM counted
    WHERE CASE "kind" WHEN 'zone' THEN "answering" = 0 ELSE "fallen" >= ${SHARE}::float8 * "total" END
    ORDER BY "kind" DESC, "name" LIMIT 20`;
}
