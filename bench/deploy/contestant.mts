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
  readonly spent: Spent;
}

/** Processor time so far in milliseconds: of all that a contestant needs where the console is, and of all hosts together. */
export interface Spent {
  here(): number;
  hosts(): number;
}

export interface Took {
  readonly wall: number;
  readonly here: number;
  readonly hosts: number;
}

const GRANTED_MS = 200;

export async function measured(contestant: Contestant, work: () => Promise<number | undefined>): Promise<Took> {
  // To look through all processes takes some time of this one, which does not count as anybody's.
  const hostsBefore = contestant.spent.hosts();
  const hereBefore = contestant.spent.here();
  const from = performance.now();
  const own = await work();
  const wall = own ?? performance.now() - from;
  const here = contestant.spent.here() - hereBefore;
  const hosts = contestant.spent.hosts() - hostsBefore;
  return {
    wall: contestant.verifies === "granted" ? wall + GRANTED_MS : wall,
    here,
    hosts,
  };
}
