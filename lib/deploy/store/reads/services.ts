import type { ServiceSettings } from "../../domain/settings";
import type { InstanceStatus } from "../../domain/statuses";
import type { Hold, Labels, Page, PageRequest, ServiceCounts, ServiceRow, VersionCount } from "../../ports/reads";
import { type Database, Prisma } from "../database";
import { settingsOf } from "../settings-revision";
import { decodeCursor, pageOf } from "./cursor";
import { grouped } from "./grouped";

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

interface CountRow {
  readonly service: string;
  readonly version: string | null;
  readonly color: number | null;
  readonly status: InstanceStatus;
  readonly instances: number;
  readonly healthy: number;
}

/** What runs where, counted in the database: one row a service, version and status. */
export async function serviceCounts(db: Database, names: readonly string[]): Promise<ReadonlyMap<string, ServiceCounts>> {
  const [counts, hosts] = await Promise.all([
    db.$queryRaw<CountRow[]>`
      SELECT c.*, v."color" FROM (
        SELECT "service", "version", "status", count(*)::int AS "instances", (count(*) FILTER (WHERE "healthy"))::int AS "healthy"
        FROM "instance_states" WHERE "service" = ANY(${names}) GROUP BY "service", "version", "status"
      ) c
      LEFT JOIN "versions" v ON v."service" = c."service" AND v."version" = c."version"
      ORDER BY c."service", v."first_seen_at" DESC NULLS LAST, c."version"`,
    db.$queryRaw<{ service: string; hosts: number }[]>`
      SELECT "service", count(*)::int AS "hosts" FROM (
        SELECT "service", "host" FROM "instances" WHERE "service" = ANY(${names}) AND "retired_at" IS NULL GROUP BY "service", "host"
      ) h GROUP BY "service"`,
  ]);
  const hostsOf = new Map(hosts.map((row) => [row.service, row.hosts]));
  const rowsOf = grouped(counts, (row) => row.service);
  return new Map(names.map((name) => [name, countsOf(rowsOf.get(name) ?? [], hostsOf.get(name) ?? 0)]));
}

function countsOf(rows: readonly CountRow[], hosts: number): ServiceCounts {
  const ofStatus = (status: InstanceStatus) => sum(rows.filter((row) => row.status === status));
  const byStatus = { active: ofStatus("active"), pending: ofStatus("pending"), error: ofStatus("error") };
  const versions = [...grouped(rows, (row) => row.version).values()].flatMap(versionCount);
  return { instances: sum(rows), hosts, byStatus, versions };
}

/** Of the rows of one version; the newest version comes first. */
function versionCount(rows: readonly CountRow[], index: number): VersionCount[] {
  const [row] = rows;
  if (row === undefined || row.version === null || row.color === null) return [];
  const healthy = rows.reduce((total, each) => total + each.healthy, 0);
  return [{ version: row.version, color: row.color, instances: sum(rows), healthy, newest: index === 0 }];
}

function sum(rows: readonly CountRow[]): number {
  return rows.reduce((total, row) => total + row.instances, 0);
}
