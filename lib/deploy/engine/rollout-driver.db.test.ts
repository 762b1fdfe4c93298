import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { composePackages } from "../compose-packages";
import type { RolloutStore } from "../ports/rollouts";
import { createRolloutStore } from "../store/rollouts/rollout-store";
import { RolloutDriver } from "./rollout-driver";
import { systemClock } from "./system-clock";
import { Deeds } from "./testing/deeds";
import { Fleet } from "./testing/fleet";
import { SimulatedHosts } from "./testing/simulated-hosts";
import { until } from "./testing/until";

let fleet: Fleet;

beforeEach(async () => {
  fleet = await Fleet.open({ transport: new SimulatedHosts() });
});

afterEach(() => fleet.close());

it("a decision that comes too late, for a lease that its own worker has taken anew, costs that one nothing", async () => {
  const id = await new Deeds(fleet).rollBackTo("1.0");
  const real = createRolloutStore(fleet.core.db);
  const late = new AbortController();
  const arrives = once(late.signal, "abort");
  const leases: bigint[] = [];
  const answers: string[] = [];
  const store: RolloutStore = {
    ...real,
    decideOn: async (claimed, decide) => {
      if (!leases.includes(claimed.leaseNo)) leases.push(claimed.leaseNo);
      const isFirst = claimed.leaseNo === leases[0];
      if (isFirst) await arrives;
      const result = await real.decideOn(claimed, decide);
      if (isFirst) answers.push(result.kind);
      return result;
    },
  };
  const packages = composePackages(fleet.config, fleet.core.db, () => undefined);
  const problems: unknown[] = [];
  const driver = new RolloutDriver({ store, packages, clock: systemClock }, "a", (...problem) => problems.push(problem));
  driver.start();
  try {
    await until("it decides", () => leases.length === 1);
    await fleet.leasesRunOut();
    driver.poke(null);
    await until("it has taken it anew", () => leases.length === 2);
    late.abort();
    await until("the late decision is answered", () => answers.length > 0);
    await sleep(0);
    expect(answers).toEqual(["lost"]);
    expect(driver.pokeOwn(id)).toBe(true);
    expect(problems).toEqual([]);
  } finally {
    await driver.stop();
  }
});
