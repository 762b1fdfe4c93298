import type { RolloutSummary, ServiceRollouts } from "../../ports/reads";
import type { Database } from "../database";
import { grouped } from "./grouped";
import { type TargetCounts, targetCounts } from "./target-counts";

type Row = Omit<RolloutSummary, "fromVersions" | "toVersions" | "instances"> & { readonly service: string };

/** How many rollouts that ended are kept in mind: the last of each of so many services. */
const MOST_REMEMBERED = 5_000;
type Span = Pick<RolloutSummary, "fromVersions" | "toVersions" | "instances">;

/**
 * What is under way and what ended last, of any number of services at once. From where to where a rollout went is fixed once it has
 * ended, and counted once.
 */
export function createServiceRollouts(db: Database): (names: readonly string[]) => Promise<ReadonlyMap<string, ServiceRollouts>> {
  const ended = new Map<string, Span>();
  return async (names) => {
    const rows = await newestOf(db, names);
    const asked = rows.filter((row) => !ended.has(row.id));
    const counts = await targetCounts(
      db,
      asked.map((row) => row.id),
    );
    const spans = new Map(asked.map((row) => [row.id, spanOf(counts(row.id))]));
    for (const row of asked) if (row.completedAt !== null) remember(ended, row.id, spanOf(counts(row.id)));
    return byService(names, rows, (id) => spans.get(id) ?? ended.get(id) ?? NOWHERE);
  };
}

const NOWHERE: Span = { fromVersions: [], toVersions: [], instances: 0 };

function spanOf({ fromVersions, toVersions, total }: TargetCounts): Span {
  return { fromVersions, toVersions, instances: total };
}

/** The oldest is forgotten first. */
function remember(ended: Map<string, Span>, id: string, span: Span): void {
  ended.set(id, span);
  const [oldest] = ended.keys();
  if (ended.size > MOST_REMEMBERED && oldest !== undefined) ended.delete(oldest);
}

async function newestOf(db: Database, names: readonly string[]): Promise<readonly Row[]> {
  return await db.$queryRaw<Row[]>`
    SELECT r."id", r."kind"::text, r."status"::text, r."requested_by" AS "requestedBy", r."created_at" AS "createdAt",
      r."completed_at" AS "completedAt", r."reason", r."service"
    FROM unnest(${names}::text[]) AS n("name")
    CROSS JOIN LATERAL (
      (SELECT * FROM "rollouts" WHERE "service" = n."name" AND "completed_at" IS NULL)
      UNION ALL
      (SELECT * FROM "rollouts" WHERE "service" = n."name" AND "completed_at" IS NOT NULL ORDER BY "created_at" DESC, "id" DESC LIMIT 1)
    ) r
    ORDER BY r."created_at" DESC, r."id" DESC`;
}

function byService(
  names: readonly string[],
  rows: readonly Row[],
  span: (id: string) => Span,
): ReadonlyMap<string, ServiceRollouts> {
  const ofService = grouped(rows, (row) => row.service);
  const summary = ({ service: _, ...row }: Row): RolloutSummary => ({ ...row, ...span(row.id) });
  return new Map(
    names.map((name) => {
      const all = ofService.get(name) ?? [];
      const last = all.find((row) => row.completedAt !== null);
      return [name, { live: all.filter((row) => row.completedAt === null).map(summary), last: last ? summary(last) : null }];
    }),
  );
}
