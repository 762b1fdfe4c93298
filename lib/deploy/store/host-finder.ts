import type { HostFinder } from "../ports/jobs";
import type { Database } from "./database";
import { hostRefOf } from "./host-ref";

export function createHostFinder(db: Database): HostFinder {
  return {
    find: async (name) => {
      const host = await db.host.findFirst({ where: { name, state: { not: "retired" } } });
      return host === null ? null : hostRefOf(host);
    },
    of: async (instance) => {
      const found = await db.instance.findFirst({ where: { id: instance, retiredAt: null }, include: { on: true } });
      return found === null ? null : hostRefOf(found.on);
    },
  };
}
