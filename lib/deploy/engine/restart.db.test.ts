import { describe, expect, it } from "vitest";
import { isGone } from "./holder";
import type { Fleet } from "./testing/fleet";
import { onFleet } from "./testing/on-fleet";
import { until } from "./testing/until";

const SLOWLY = { timeout: 180_000 };

/** Nobody who waits for these leases to run out sees the end of this test. */
async function leasesLastLong({ core }: Fleet): Promise<void> {
  await core.db
    .$executeRaw`UPDATE rollouts SET lease_until = clock_timestamp() + interval '1 hour' WHERE lease_until IS NOT NULL`;
  await core.db.$executeRaw`UPDATE steps SET lease_until = clock_timestamp() + interval '1 hour' WHERE state = 'claimed'`;
}

/** Someone drives the rollout and does one of its steps. */
const isDriven = ({ core }: Fleet, id: string) =>
  until(
    "the rollout and a step of it are somebody's",
    async () => {
      const { leaseOwner } = await core.db.rollout.findUniqueOrThrow({ where: { id } });
      const steps = await core.db.step.count({ where: { rolloutId: id, state: "claimed", kind: "activate" } });
      return leaseOwner !== null && steps > 0 ? leaseOwner : null;
    },
    2,
  );

/** A worker that held nothing is killed, and somebody has noticed. */
async function foundDead(fleet: Fleet): Promise<void> {
  const { db } = fleet.core;
  const known = (await db.worker.findMany()).map((worker) => worker.id);
  const child = await fleet.childWorker();
  const { id } = await until("the worker is known", () => db.worker.findFirst({ where: { id: { notIn: known } } }));
  await child.kill();
  await until("it is known to be dead", async () => (await db.worker.findUniqueOrThrow({ where: { id } })).stoppedAt);
}

describe("a worker on the machine of one that was killed", SLOWLY, () => {
  it(
    "takes its rollouts and steps over at once, without waiting for the leases",
    onFleet(
      async (deeds, fleet) => {
        const first = await fleet.childWorker();
        await until("the worker is known", async () => (await fleet.core.db.worker.count()) > 0);
        await fleet.publish("1.0", "slow");
        const id = await deeds.deploy("1.0");
        const owner = await isDriven(fleet, id);
        await first.kill();
        await leasesLastLong(fleet);
        expect(await isGone(owner)).toBe(true);
        await fleet.childWorker();
        expect(await deeds.ended(id, "succeeded")).toMatchObject({ leaseOwner: null });
        for (const report of await fleet.reports()) expect(report.journal.map((entry) => entry.outcome)).toEqual(["done"]);
      },
      { workers: 0 },
    ),
  );

  it(
    "leaves alone what a frozen one holds",
    onFleet(
      async (deeds, fleet) => {
        const first = await fleet.childWorker();
        await until("the worker is known", async () => (await fleet.core.db.worker.count()) > 0);
        await fleet.publish("1.0", "slow");
        const id = await deeds.deploy("1.0");
        const owner = await isDriven(fleet, id);
        first.freeze();
        await leasesLastLong(fleet);
        await fleet.worker();
        // Each of these was found dead in a round of looking at every holder: after the second one the frozen worker has been looked at.
        await foundDead(fleet);
        await foundDead(fleet);
        expect(await deeds.rollout(id)).toMatchObject({ leaseOwner: owner, completedAt: null });
        first.wake();
      },
      { workers: 0 },
    ),
  );
});
