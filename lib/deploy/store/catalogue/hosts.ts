import type { CatalogueTx, LockedHost } from "../../ports/catalogue";
import type { Tx } from "../database";
import { storable } from "../json";

type Hosts = Pick<CatalogueTx, "lockHosts" | "hostAt" | "putHost" | "setHostKey" | "setHostState" | "instancesOn">;

export function hostsIn(tx: Tx): Hosts {
  return {
    lockHosts: async (names) =>
      await tx.$queryRaw<LockedHost[]>`
        SELECT "name", "kind"::text, "address", "root", "state"::text FROM "hosts" WHERE "name" = ANY(${names}) ORDER BY "name" FOR UPDATE`,
    hostAt: async (address, root) => {
      const row = await tx.host.findFirst({ where: { address, root, state: { not: "retired" } }, select: { name: true } });
      return row?.name ?? null;
    },
    putHost: async (host) => {
      const { name, kind, address, root, zone, labels } = host;
      const config = storable(host.kind === "ssh" ? host.ssh : {});
      const place = { kind, address, root, zone, labels: storable(labels), config };
      await tx.host.upsert({
        where: { name },
        create: { name, ...place },
        update: { ...place, state: "active", reachable: null, lastAnswerAt: null, error: null, releases: [], inspectedAt: null },
      });
    },
    setHostKey: async (name, hostKey) => {
      await tx.$executeRaw`
        UPDATE "hosts" SET "config" = "config" || jsonb_build_object('hostKey', ${hostKey}::text), "next_inspect_at" = clock_timestamp()
        WHERE "name" = ${name}`;
    },
    setHostState: async (name, state) => {
      await tx.host.update({ where: { name }, data: { state } });
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
