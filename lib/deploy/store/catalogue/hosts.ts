import type { CatalogueTx, LockedHost } from "../../ports/catalogue";
import type { Tx } from "../database";
import { storable } from "../json";

type Hosts = Pick<CatalogueTx, "lockHosts" | "hostAt" | "putHost" | "retireHost" | "instancesOn">;

export function hostsIn(tx: Tx): Hosts {
  return {
    lockHosts: async (names) =>
      await tx.$queryRaw<LockedHost[]>`
        SELECT "name", "address", "root", "state"::text FROM "hosts" WHERE "name" = ANY(${names}) ORDER BY "name" FOR UPDATE`,
    hostAt: async (address, root) => {
      const row = await tx.host.findFirst({ where: { address, root, state: { not: "retired" } }, select: { name: true } });
      return row?.name ?? null;
    },
    putHost: async ({ name, labels, ...rest }) => {
      const place = { ...rest, labels: storable(labels) };
      await tx.host.upsert({
        where: { name },
        create: { name, ...place },
        update: { ...place, state: "active", reachable: null, lastAnswerAt: null, error: null, releases: [], inspectedAt: null },
      });
    },
    retireHost: async (name) => {
      await tx.host.update({ where: { name }, data: { state: "retired" } });
    },
    instancesOn: async (host, limit) => {
      const rows = await tx.instance.findMany({
        where: { host, retiredAt: null },
        select: { id: true },
        orderBy: { id: "asc" },
        take: limit,
      });
      return rows.map((row) => row.id);
    },
  };
}
