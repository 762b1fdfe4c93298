import { Deeds } from "./deeds";
import { Fleet, type FleetOptions } from "./fleet";
import { SimulatedHosts } from "./simulated-hosts";

export interface OnFleetOptions extends FleetOptions {
  /** Workers in this process, one unless told otherwise. */
  readonly workers?: number;
}

/** Hosts in memory, for what does not depend on real ones. The console cannot look at such instances: their hosts say how they are. */
export const inMemory = () =>
  ({ transport: new SimulatedHosts(), settings: { health: { kind: "command", argv: ["true"] } } }) as const;

/** A test on a fleet of its own, of which nothing is left afterwards. */
export const onFleet =
  (test: (deeds: Deeds, fleet: Fleet) => Promise<void>, options: OnFleetOptions | (() => OnFleetOptions) = {}) =>
  async (): Promise<void> => {
    const { workers = 1, ...fleetOptions } = typeof options === "function" ? options() : options;
    const fleet = await Fleet.open(fleetOptions);
    try {
      for (let started = 0; started < workers; started += 1) await fleet.worker();
      await test(new Deeds(fleet), fleet);
    } finally {
      await fleet.close();
    }
  };
