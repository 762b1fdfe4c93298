import type { HostRef } from "../ports";
import type { HostFinder } from "../ports/jobs";
import type { Database } from "./database";
import type { Host } from "./generated/client";

export function createHostFinder(db: Database): HostFinder {
  return {
    find: async (name) => refOf(await db.host.findFirst({ where: { name, state: { not: "retired" } } })),
    of: async (instance) =>
      refOf((await db.instance.findFirst({ where: { id: instance, retiredAt: null }, include: { on: true } }))?.on ?? null),
  };
}

function refOf(host: Host | null): HostRef | null {
  return host === null ? null : { name: host.name, kind: host.kind, address: host.address, root: host.root };
}
