import { Deeds } from "./deeds";
import { Fleet, type FleetOptions } from "./fleet";

export interface OnFleetOptions extends FleetOptions {
  /** Workers in this process, one unless told otherwise. */
  readonly workers?: number;
}

/** A test on a fleet of its own, of which nothing is left afterwards. */
export const onFleet =
  (test: (deeds: Deeds, fleet: Fleet) => Promise<void>, { workers = 1, ...options }: OnFleetOptions = {}) =>
  async (): Promise<void> => {
    const fleet = await Fleet.open(options);
    try {
      for (let started = 0; started < workers; started += 1) await fleet.worker();
      await test(new Deeds(fleet), fleet);
    } finally {
      await fleet.close();
    }
  };
