import type { ServiceSettings } from "../../domain/settings";
import type { Hold, Labels, Page, PageRequest, ServiceRow } from "../../ports/reads";
import { type Database, Prisma } from "../database";
import { settingsOf } from "../settings-revision";
import { decodeCursor, pageOf } from "./cursor";

interface Row {
  readonly name: string;
  readonly labels: Labels;
  readonly revision: number;
  readonly heldBy: string | null;
  readonly heldAt: Date | null;
  readonly heldReason: string | null;
  readonly heldRolloutId: string | null;
  readonly createdAt: Date;
}

const COLUMNS = Prisma.sql`
  s."name", s."labels", s."revision", s."held_by" AS "heldBy", s."held_at" AS "heldAt", s."held_reason" AS "heldReason",
  s."held_rollout_id" AS "heldRolloutId", s."created_at" AS "createdAt"`;

export async function services(db: Database, { limit, cursor }: PageRequest): Promise<Page<ServiceRow>> {
  const after = decodeCursor(cursor, "name")?.[0] ?? "";
  const rows = await db.$queryRaw<Row[]>`
    SELECT ${COLUMNS} FROM "services" s
    WHERE s."deleted_at" IS NULL AND s."name" > ${after}
    ORDER BY s."name" LIMIT ${limit + 1}`;
  return pageOf(rows, limit, (last) => [last.name], service);
}

export async function serviceNamed(db: Database, name: string): Promise<(ServiceRow & { settings: ServiceSettings }) | null> {
  const [row] = await db.$queryRaw<(Row & { settings: Prisma.JsonValue })[]>`
    SELECT ${COLUMNS}, r."settings" FROM "services" s
    JOIN "settings_revisions" r ON r."service" = s."name" AND r."revision" = s."revision"
    WHERE s."name" = ${name} AND s."deleted_at" IS NULL`;
  return row === undefined ? null : { ...service(row), settings: settingsOf(row.settings) };
}

function service(row: Row): ServiceRow {
  return { name: row.name, labels: row.labels, revision: row.revision, hold: hold(row), createdAt: row.createdAt };
}

function hold({ heldBy, heldAt, heldReason, heldRolloutId }: Row): Hold | null {
  if (heldBy === null || heldAt === null) return null;
  return { by: heldBy, at: heldAt, reason: heldReason, rolloutId: heldRolloutId };
}
