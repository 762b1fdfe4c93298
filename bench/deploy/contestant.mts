import type { Release } from "./release.mjs";

/** One way of bringing a package to all hosts, and back. */
export interface Contestant {
  /**
   * Verified are two good answers of the version, 200 ms apart. `asked`: each of its hosts waits and asks so. `granted`: it asks once,
   * as is its custom, and the 200 ms are added to its time.
   */
  readonly verifies: "asked" | "granted";
  /** Throws unless every host runs the version. Milliseconds, when it knows better than the clock around it. */
  deploy(release: Release): Promise<number | undefined>;
  /** To a release that is still on the hosts, otherwise the same. */
  back(release: Release): Promise<number | undefined>;
  /** Processor time so far in milliseconds: of all that it needs where the console is, and of all hosts together. */
  spent(): Spent;
}

export interface Spent {
  readonly here: number;
  readonly hosts: number;
}

export interface Took extends Spent {
  readonly wall: number;
}

const GRANTED_MS = 200;

export async function measured(contestant: Contestant, work: () => Promise<number | undefined>): Promise<Took> {
  const before = contestant.spent();
  const from = performance.now();
  const own = await work();
  const wall = own ?? performance.now() - from;
  const after = contestant.spent();
  return {
    wall: contestant.verifies === "granted" ? wall + GRANTED_MS : wall,
    here: after.here - before.here,
    hosts: after.hosts - before.hosts,
  };
}
