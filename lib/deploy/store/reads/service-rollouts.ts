import type { RolloutSummary, ServiceRollouts } from "../../ports/reads";
import type { Database } from "../database";
import { grouped } from "./grouped";
import { targetCounts } from "./target-counts";

type Row = Omit<RolloutSummary, "fromVersions" | "toVersions" | "instances"> & { readonly service: string };

/** What is under way and what ended last, of any number of services at once. */
export async function serviceRollouts(db: Database, names: readonly string[]): Promise<ReadonlyMap<string, ServiceRollouts>> {
  const rows = await db.$queryRaw<Row[]>`
    SELECT r."id", r."kind"::text, r."status"::text, r."requested_by" AS "requestedBy", r."created_at" AS "createdAt",
      r."completed_at" AS "completedAt", r."reason", r."service"
    FROM unnest(${names}::text[]) AS n("name")
    CROSS JOIN LATERAL (
      (SELECT * FROM "rollouts" WHERE "service" = n."name" AND "completed_at" IS NULL)
      UNION ALL
      (SELECT * FROM "rollouts" WHERE "service" = n."name" AND "completed_at" IS NOT NULL ORDER BY "created_at" DESC, "id" DESC LIMIT 1)
    ) r
    ORDER BY r."created_at" DESC, r."id" DESC`;
  const counts = await targetCounts(
    db,
    rows.map((row) => row.id),
  );
  const ofService = grouped(rows, (row) => row.service);
  const summary = ({ service: _, ...row }: Row): RolloutSummary => {
    const { fromVersions, toVersions, total } = counts(row.id);
    return { ...row, fromVersions, toVersions, instances: total };
  };
  return new Map(
    names.map((name) => {
      const all = ofService.get(name) ?? [];
      const ended = all.find((row) => row.completedAt !== null);
      return [name, { live: all.filter((row) => row.completedAt === null).map(summary), last: ended ? summary(ended) : null }];
    }),
  );
}
