import type { ConflictingRollout } from "../../domain/errors";
import type { CatalogueTx, LockedService } from "../../ports/catalogue";
import type { Labels } from "../../ports/reads";
import { Prisma, type Tx } from "../database";
import { storable } from "../json";
import { settingsOf } from "../settings-revision";

type Services = Pick<
  CatalogueTx,
  "lockService" | "insertService" | "addRevision" | "setLabels" | "markDeleted" | "setHold" | "instancesOf" | "liveRolloutOf"
>;

interface Row {
  readonly name: string;
  readonly labels: Labels;
  readonly revision: number;
  readonly settings: Prisma.JsonValue;
  readonly heldBy: string | null;
  readonly heldAt: Date | null;
  readonly heldReason: string | null;
  readonly heldRolloutId: string | null;
  readonly deletedAt: Date | null;
}

export function servicesIn(tx: Tx): Services {
  return {
    lockService: async (name) => {
      await tx.$queryRaw`SELECT "id" FROM "rollouts" WHERE "service" = ${name} AND "completed_at" IS NULL ORDER BY "id" FOR UPDATE`;
      await tx.$queryRaw`SELECT "name" FROM "services" WHERE "name" = ${name} FOR UPDATE`;
      // Read after the lock: a join in the locking statement would lose the row when its revision rose while it waited.
      const [row] = await tx.$queryRaw<Row[]>`
        SELECT s."name", s."labels", s."revision", r."settings", s."held_by" AS "heldBy", s."held_at" AS "heldAt",
          s."held_reason" AS "heldReason", s."held_rollout_id" AS "heldRolloutId", s."deleted_at" AS "deletedAt"
        FROM "services" s JOIN "settings_revisions" r ON r."service" = s."name" AND r."revision" = s."revision" WHERE s."name" = ${name}`;
      return row === undefined ? null : locked(row);
    },
    insertService: async ({ name, labels }) => {
      await tx.service.create({ data: { name, labels: storable(labels), revision: 0 } });
    },
    addRevision: async (service, revision, settings, by) => {
      await tx.settingsRevision.create({ data: { service, revision, settings: storable(settings), createdBy: by } });
      await tx.service.update({ where: { name: service }, data: { revision, deletedAt: null } });
    },
    setLabels: async (name, labels) => {
      await tx.service.update({ where: { name }, data: { labels: storable(labels) } });
    },
    markDeleted: async (name) => {
      await tx.$executeRaw`
        UPDATE "services" SET "deleted_at" = clock_timestamp(), "held_by" = NULL, "held_at" = NULL, "held_reason" = NULL, "held_rollout_id" = NULL
        WHERE "name" = ${name}`;
    },
    setHold: async (name, hold) => {
      const at = hold === null ? Prisma.sql`NULL` : Prisma.sql`clock_timestamp()`;
      await tx.$executeRaw`
        UPDATE "services" SET "held_by" = ${hold?.by ?? null}, "held_at" = ${at}, "held_reason" = ${hold?.reason ?? null}, "held_rollout_id" = NULL
        WHERE "name" = ${name}`;
      // What is scheduled or paused looks again: what it waits for, or may do, is another thing now.
      await tx.$executeRaw`UPDATE "rollouts" SET "wake_at" = clock_timestamp() WHERE "service" = ${name} AND "completed_at" IS NULL`;
      await tx.$executeRaw`SELECT pg_notify('slipway_wake', 'rollouts')`;
    },
    instancesOf: async (service, limit) => {
      const rows = await tx.instance.findMany({
        where: { service, retiredAt: null },
        select: { id: true },
        orderBy: { id: "asc" },
        take: limit,
      });
      return rows.map((row) => row.id);
    },
    liveRolloutOf: async (service) =>
      conflicting(await tx.rollout.findFirst({ where: { service, completedAt: null }, orderBy: { createdAt: "asc" } })),
  };
}

export function conflicting(row: { id: string; requestedBy: string; createdAt: Date } | null): ConflictingRollout | null {
  return row === null ? null : { rolloutId: row.id, requestedBy: row.requestedBy, createdAt: row.createdAt };
}

function locked({ settings, heldBy, heldAt, heldReason, heldRolloutId, deletedAt, ...row }: Row): LockedService {
  const hold =
    heldBy === null || heldAt === null ? null : { by: heldBy, at: heldAt, reason: heldReason, rolloutId: heldRolloutId };
  return { ...row, settings: settingsOf(settings), hold, deleted: deletedAt !== null };
}
