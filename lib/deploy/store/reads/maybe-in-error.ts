import type { Database } from "../database";

/** Where there are more, nobody gains from knowing which. */
const MOST_SUSPECTS = 5_000;

/**
 * Instances that may be in error: each condition of the view `instance_states` asks for one of these. Each other is active, or pending when
 * a rollout holds it, and answered when it was last asked. Few of a large fleet, so that the view is worked out for them alone; null when
 * they are many. Where as many run something as there are, those on which nothing runs are not looked for.
 */
export async function maybeInError(db: Database, most = MOST_SUSPECTS): Promise<readonly string[] | null> {
  const [row] = await db.$queryRaw<{ ids: string[] | null }[]>`
    WITH found("id") AS MATERIALIZED (
      SELECT "instance_id" FROM "observations"
        WHERE "healthy" IS NOT TRUE OR "drift_since" IS NOT NULL OR "checked_at" < clock_timestamp() - interval '40 seconds'
      UNION SELECT "instance_id" FROM "owed" WHERE "settled_at" IS NULL
      UNION SELECT "id" FROM "instances" i WHERE "retired_at" IS NULL
        AND (SELECT count(*) FROM "instances" WHERE "retired_at" IS NULL) > (SELECT count(*) FROM "activations" WHERE "ended_at" IS NULL)
        AND NOT EXISTS (SELECT 1 FROM "activations" a WHERE a."instance_id" = i."id" AND a."ended_at" IS NULL)
    )
    SELECT CASE WHEN (SELECT count(*) FROM found) <= ${most} THEN ARRAY(SELECT "id" FROM found) END AS "ids"`;
  return row?.ids ?? null;
}
