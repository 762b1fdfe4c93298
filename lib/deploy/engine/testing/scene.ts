import { Deeds } from "./deeds";
import { Fleet } from "./fleet";
import { inMemory } from "./on-fleet";
import type { SimulatedHosts } from "./simulated-hosts";

export interface Scene {
  readonly hosts: SimulatedHosts;
  readonly fleet: Fleet;
  readonly deeds: Deeds;
}

/** A test on hosts in memory, with a worker; `each`: instances on each of `count` hosts. */
export const scene =
  (test: (scene: Scene) => Promise<void>, { count = 2, each = 1 } = {}) =>
  async (): Promise<void> => {
    const options = inMemory();
    const fleet = await Fleet.open({ ...options, hosts: count, each });
    try {
      await fleet.worker();
      await test({ hosts: options.transport, fleet, deeds: new Deeds(fleet) });
    } finally {
      options.transport.silent.clear();
      await fleet.close();
    }
  };
