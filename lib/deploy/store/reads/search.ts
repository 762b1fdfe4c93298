import type { SearchHit } from "../../ports/reads";
import type { Database } from "../database";

/**
 * Names that contain the text, those that begin with it first, then the shortest. Rollouts and versions are looked for among
 * the newest 2,000 only: an older one is found by its service.
 */
export async function search(db: Database, text: string, limit: number): Promise<readonly SearchHit[]> {
  const part = text.toLowerCase();
  return await db.$queryRaw<SearchHit[]>`
    SELECT "kind", "id", "service" FROM (
      SELECT 'service' AS "kind", "name" AS "id", "name" AS "service", 1 AS "rank" FROM "services" WHERE "deleted_at" IS NULL
      UNION ALL SELECT 'instance', "id", "service", 2 FROM "instances" WHERE "retired_at" IS NULL
      UNION ALL SELECT 'host', "name", NULL, 3 FROM "hosts" WHERE "state" <> 'retired'
      UNION ALL (SELECT 'version', "version", "service", 4 FROM "versions" ORDER BY "first_seen_at" DESC LIMIT 2000)
      UNION ALL (SELECT 'rollout', "id", "service", 5 FROM "rollouts" ORDER BY "created_at" DESC, "id" DESC LIMIT 2000)
    ) names
    WHERE strpos(lower("id"), ${part}) > 0
    ORDER BY strpos(lower("id"), ${part}) > 1, "rank", length("id"), "id", "service" LIMIT ${limit}`;
}
