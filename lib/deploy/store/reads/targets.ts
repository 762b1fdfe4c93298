import type { Page, PageRequest, TargetFilter, TargetRow } from "../../ports/reads";
import { type Database, Prisma } from "../database";
import { decodeCursor, pageOf } from "./cursor";

/** By wave, then by instance. */
export async function targets(
  db: Database,
  rolloutId: string,
  { statuses }: TargetFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<TargetRow>> {
  const wanted = statuses.length === 0 ? Prisma.sql`true` : Prisma.sql`"status"::text = ANY(${statuses})`;
  const [wave, id] = decodeCursor(cursor, "number", "name") ?? ["0", ""];
  const rows = await db.$queryRaw<TargetRow[]>`
    SELECT "instance_id" AS "instanceId", "host", "wave", "from_version" AS "fromVersion", "to_version" AS "toVersion", "status"::text,
      "attempt", "changed", "version_now" AS "versionNow", "confirmed_down" AS "confirmedDown", "failure",
      "started_at" AS "startedAt", "ended_at" AS "endedAt"
    FROM "rollout_targets"
    WHERE "rollout_id" = ${rolloutId} AND ("wave", "instance_id") > (${Number(wave)}::bigint, ${id}) AND ${wanted}
    ORDER BY "wave", "instance_id" LIMIT ${limit + 1}`;
  return pageOf(
    rows,
    limit,
    (last) => [String(last.wave), last.instanceId],
    (row) => row,
  );
}
