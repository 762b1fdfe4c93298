import type { RolloutStatus } from "../../domain/statuses";
import type { Page, PageRequest, RolloutFilter, RolloutRow } from "../../ports/reads";
import { type Database, Prisma } from "../database";
import { decodeCursor, pageOf } from "./cursor";
import { type TargetCounts, targetCounts } from "./target-counts";
import { MICROSECONDS, timeOf } from "./time-key";

type Row = Omit<RolloutRow, "fromVersions" | "toVersions" | "waves">;
type Keyed = Row & { readonly key: bigint };

/**
 * A rollout is taken back by the newest rollback of it that has not ended, or that ended having changed something when no
 * instance runs any more what the rollout put there.
 */
const TAKEN_BACK_BY = Prisma.sql`(
  SELECT b."id" FROM "rollouts" b
  WHERE b."takes_back" = r."id" AND (b."completed_at" IS NULL OR (b."changed" AND NOT EXISTS (
    SELECT 1 FROM "activations" a WHERE a."rollout_id" = r."id" AND a."ended_at" IS NULL)))
  ORDER BY b."completed_at" IS NULL DESC, b."created_at" DESC LIMIT 1)`;

const COLUMNS = Prisma.sql`
  r."id", r."kind"::text, r."service", r."version", r."status"::text, r."status_reason" AS "statusReason", r."reason", r."metadata",
  r."strategy", r."requested_by" AS "requestedBy", r."created_at" AS "createdAt", r."started_at" AS "startedAt",
  r."completed_at" AS "completedAt", r."scheduled_until" AS "scheduledUntil", r."progress", r."waiting_for" AS "waitingFor",
  r."takes_back" AS "takesBack", ${TAKEN_BACK_BY} AS "takenBackBy", r."held_by" AS "heldBy", r."superseded_by" AS "supersededBy",
  r."retry_of" AS "retryOf", r."hold", s."held_by" IS NOT NULL AS "serviceHeld", r."changed", r."last_seq" AS "lastSeq", r."ok",
  r."result"`;

export async function rollouts(db: Database, filter: RolloutFilter, { limit, cursor }: PageRequest): Promise<Page<RolloutRow>> {
  const rows = await db.$queryRaw<Keyed[]>`
    SELECT ${COLUMNS}, ${MICROSECONDS(Prisma.sql`r."created_at"`)} AS "key"
    FROM "rollouts" r JOIN "services" s ON s."name" = r."service"
    WHERE ${Prisma.join(conditions(filter, cursor), " AND ")}
    ORDER BY r."created_at" DESC, r."id" DESC LIMIT ${limit + 1}`;
  const counts = await targetCounts(
    db,
    rows.slice(0, limit).map((row) => row.id),
  );
  return pageOf(
    rows,
    limit,
    (last) => [last.key.toString(), last.id],
    (row) => withCounts(row, counts(row.id)),
  );
}

export async function rollout(db: Database, id: string): Promise<RolloutRow | null> {
  const [[row], counts] = await Promise.all([
    db.$queryRaw<Row[]>`SELECT ${COLUMNS} FROM "rollouts" r JOIN "services" s ON s."name" = r."service" WHERE r."id" = ${id}`,
    targetCounts(db, [id]),
  ]);
  return row === undefined ? null : withCounts(row, counts(id));
}

export async function rolloutStatus(db: Database, id: string): Promise<{ status: RolloutStatus; service: string } | null> {
  return await db.rollout.findUnique({ where: { id }, select: { status: true, service: true } });
}

function conditions(filter: RolloutFilter, cursor: string | undefined): Prisma.Sql[] {
  const all = [Prisma.sql`true`];
  if (filter.service !== undefined) all.push(Prisma.sql`r."service" = ${filter.service}`);
  if (filter.kind !== undefined) all.push(Prisma.sql`r."kind"::text = ${filter.kind}`);
  if (filter.status === "live") all.push(Prisma.sql`r."completed_at" IS NULL`);
  else if (filter.status !== undefined) all.push(Prisma.sql`r."status"::text = ${filter.status}`);
  if (filter.person !== undefined) all.push(Prisma.sql`r."requested_by" = ${filter.person}`);
  if (filter.from !== undefined) all.push(Prisma.sql`r."created_at" >= ${filter.from}`);
  if (filter.to !== undefined) all.push(Prisma.sql`r."created_at" <= ${filter.to}`);
  if (filter.instance !== undefined) {
    all.push(
      Prisma.sql`EXISTS (SELECT 1 FROM "rollout_targets" t WHERE t."rollout_id" = r."id" AND t."instance_id" = ${filter.instance})`,
    );
  }
  const [time, id] = decodeCursor(cursor, "time", "name") ?? [];
  if (time !== undefined && id !== undefined) {
    all.push(Prisma.sql`(r."created_at", r."id") < (${timeOf(time)}, ${id})`);
  }
  return all;
}

function withCounts(row: Row, { fromVersions, toVersions, waves }: TargetCounts): RolloutRow {
  return { ...row, fromVersions, toVersions, waves };
}
