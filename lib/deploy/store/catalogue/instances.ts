import type { CatalogueTx } from "../../ports/catalogue";
import type { Tx } from "../database";
import { storable } from "../json";
import { conflicting } from "./services";

type Instances = Pick<
  CatalogueTx,
  "usedIds" | "takenPorts" | "insertInstances" | "findInstance" | "rolloutWith" | "retireInstance"
>;

export function instancesIn(tx: Tx): Instances {
  return {
    usedIds: async (ids) => {
      const rows = await tx.instance.findMany({ where: { id: { in: [...ids] } }, select: { id: true } });
      return rows.map((row) => row.id);
    },
    takenPorts: async (hosts) =>
      await tx.instance.findMany({
        where: { host: { in: [...hosts] }, retiredAt: null },
        select: { host: true, port: true, id: true },
      }),
    insertInstances: async (service, instances) => {
      await tx.instance.createMany({
        data: instances.map(({ id, host, port, labels }) => ({ id, service, host, port, labels: storable(labels) })),
      });
    },
    findInstance: async (id) => {
      const row = await tx.instance.findUnique({ where: { id } });
      return row === null ? null : { id: row.id, service: row.service, host: row.host, retired: row.retiredAt !== null };
    },
    rolloutWith: async (instanceId) => {
      const target = await tx.rolloutTarget.findFirst({
        where: { instanceId, rollout: { completedAt: null } },
        select: { rollout: { select: { id: true, requestedBy: true, createdAt: true } } },
        orderBy: { rolloutId: "asc" },
      });
      return conflicting(target?.rollout ?? null);
    },
    retireInstance: async (id) => {
      await tx.$executeRaw`UPDATE "instances" SET "retired_at" = clock_timestamp() WHERE "id" = ${id}`;
      await tx.$executeRaw`
        UPDATE "activations" SET "ended_at" = clock_timestamp(), "outcome" = 'stopped' WHERE "instance_id" = ${id} AND "ended_at" IS NULL`;
      await tx.$executeRaw`
        UPDATE "owed" SET "settled_at" = clock_timestamp(), "outcome" = 'retired' WHERE "instance_id" = ${id} AND "settled_at" IS NULL`;
    },
  };
}
