import type { ServiceSettings } from "../../domain/settings";
import type { InstanceStatus } from "../../domain/statuses";
import type { Hold, Labels, Page, PageRequest, ServiceCounts, ServiceRow, VersionCount } from "../../ports/reads";
import { type Database, Prisma } from "../database";
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
  const [row] = await db.$queryRaw<(Row & { settings: ServiceSettings })[]>`
    SELECT ${COLUMNS}, r."settings" FROM "services" s
    JOIN "settings_revisions" r ON r."service" = s."name" AND r."revision" = s."revision"
    WHERE s."name" = ${name} AND s."deleted_at" IS NULL`;
  return row === undefined ? null : { ...service(row), settings: row.settings };
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
  readonly instances: number;
  readonly healthy: number;
  readonly active: number;
  readonly pending: number;
  readonly error: number;
}

/** What runs where, counted in the database: one row a service and version. */
export async function serviceCounts(db: Database, names: readonly string[]): Promise<ReadonlyMap<string, ServiceCounts>> {
  const [counts, hosts] = await Promise.all([
    db.$queryRaw<CountRow[]>`
      SELECT c.*, v."color" FROM (
        SELECT "service", "version", count(*)::int AS "instances", (count(*) FILTER (WHERE "healthy"))::int AS "healthy",
          (count(*) FILTER (WHERE "status" = 'active'))::int AS "active",
          (count(*) FILTER (WHERE "status" = 'pending'))::int AS "pending",
          (count(*) FILTER (WHERE "status" = 'error'))::int AS "error"
        FROM "instance_states" WHERE "service" = ANY(${names}) GROUP BY "service", "version"
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
  const sum = (of: (row: CountRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  const byStatus: Record<InstanceStatus, number> = {
    active: sum((row) => row.active),
    pending: sum((row) => row.pending),
    error: sum((row) => row.error),
  };
  return { instances: sum((row) => row.instances), hosts, byStatus, versions: rows.flatMap(versionCount) };
}

function versionCount({ version, color, instances, healthy }: CountRow, index: number): VersionCount[] {
  return version === null || color === null ? [] : [{ version, color, instances, healthy, newest: index === 0 }];
}
