import type { InstanceDetailRow, InstanceRow, ProbeTarget } from "../../ports/reads";
import { type Database, Prisma } from "../database";
import { settingsOf } from "../settings-revision";
import { INSTANCE_COLUMNS, WITH_COLOR } from "./instances";

interface Seen {
  readonly generation: bigint;
  readonly registeredAt: Date;
  readonly retiredAt: Date | null;
  readonly activations: number;
  readonly pid: number | null;
  readonly processSince: Date | null;
  readonly runningVersion: string | null;
  readonly inspectedAt: Date | null;
  readonly versionsOnHost: readonly string[] | null;
  readonly owedVersion: string | null;
  readonly owedRollout: string | null;
  readonly owedSince: Date | null;
}

/** What is known of an instance besides its state: a retired one has no state left, only this and its history. */
const SEEN = Prisma.sql`
  i."generation", i."registered_at" AS "registeredAt", i."retired_at" AS "retiredAt",
  (SELECT count(*)::int FROM "activations" a WHERE a."instance_id" = i."id") AS "activations",
  o."pid", o."process_since" AS "processSince", o."running_version" AS "runningVersion", o."inspected_at" AS "inspectedAt",
  CASE WHEN h."inspected_at" IS NOT NULL THEN ARRAY(
    SELECT c."version" FROM "versions" c
    WHERE c."service" = i."service" AND c."release_sha256" = ANY(h."releases") ORDER BY c."first_seen_at" DESC
  ) END AS "versionsOnHost",
  d."version" AS "owedVersion", d."rollout_id" AS "owedRollout", d."created_at" AS "owedSince"`;

const SEEN_FROM = Prisma.sql`
  LEFT JOIN "observations" o ON o."instance_id" = i."id"
  LEFT JOIN "owed" d ON d."instance_id" = i."id" AND d."settled_at" IS NULL`;

export async function instance(db: Database, id: string): Promise<InstanceDetailRow | null> {
  const [row] = await db.$queryRaw<(InstanceRow & Seen)[]>`
    SELECT ${INSTANCE_COLUMNS}, ${SEEN} FROM "instance_states" s JOIN "instances" i ON i."id" = s."id"
    JOIN "hosts" h ON h."name" = i."host" ${SEEN_FROM} ${WITH_COLOR} WHERE s."id" = ${id}`;
  return row === undefined ? await retired(db, id) : detail(row);
}

async function retired(db: Database, id: string): Promise<InstanceDetailRow | null> {
  const [row] = await db.$queryRaw<(InstanceRow & Seen)[]>`
    SELECT i."id" AS "instanceId", i."service" AS "serviceName", '' AS "version", 'pending' AS "status", NULL AS "condition",
      NULL::int AS "color", NULL::int AS "revision", i."host", h."zone", h."address", i."port", NULL::boolean AS "healthy",
      NULL::float8 AS "latencyMs", NULL::timestamptz AS "checkedAt", NULL::jsonb AS "detail", NULL::timestamptz AS "since",
      NULL AS "heldBy", i."labels", ${SEEN}
    FROM "instances" i JOIN "hosts" h ON h."name" = i."host" ${SEEN_FROM} WHERE i."id" = ${id}`;
  return row === undefined ? null : detail(row);
}

function detail(row: InstanceRow & Seen): InstanceDetailRow {
  const { pid, processSince, owedVersion, owedRollout, owedSince, generation, ...rest } = row;
  return {
    ...rest,
    generation: Number(generation),
    recordedVersion: rest.version === "" ? null : rest.version,
    process: pid === null || processSince === null ? null : { pid, startedAt: processSince },
    owed:
      owedVersion === null || owedRollout === null || owedSince === null
        ? null
        : { version: owedVersion, rolloutId: owedRollout, since: owedSince },
  };
}

/** With the settings that its running version was started with, else the newest. */
export async function probeTarget(db: Database, id: string): Promise<ProbeTarget | null> {
  const [row] = await db.$queryRaw<{ address: string; port: number; settings: Prisma.JsonValue }[]>`
    SELECT h."address", i."port", r."settings" FROM "instances" i
    JOIN "hosts" h ON h."name" = i."host"
    JOIN "services" s ON s."name" = i."service"
    LEFT JOIN "activations" a ON a."instance_id" = i."id" AND a."ended_at" IS NULL
    JOIN "settings_revisions" r ON r."service" = i."service" AND r."revision" = coalesce(a."revision", s."revision")
    WHERE i."id" = ${id} AND i."retired_at" IS NULL`;
  return row === undefined ? null : { ...row, settings: settingsOf(row.settings) };
}

export async function instancesAtAddress(
  db: Database,
  service: string,
  address: string,
): Promise<readonly { instanceId: string; port: number }[]> {
  return await db.$queryRaw<{ instanceId: string; port: number }[]>`
    SELECT i."id" AS "instanceId", i."port" FROM "instances" i JOIN "hosts" h ON h."name" = i."host"
    WHERE i."service" = ${service} AND h."address" = ${address} AND i."retired_at" IS NULL ORDER BY i."id" LIMIT 100`;
}
