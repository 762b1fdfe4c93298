import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Draft } from "../../domain/draft";
import { decide } from "../../domain/machine";
import { Deeds } from "../../engine/testing/deeds";
import { Fleet } from "../../engine/testing/fleet";
import { SimulatedHosts } from "../../engine/testing/simulated-hosts";
import type { Claimed, Decider, RolloutStore } from "../../ports/rollouts";
import { createRolloutStore } from "./rollout-store";

const LEASE_MS = 60_000;

let fleet: Fleet;
let deeds: Deeds;
let store: RolloutStore;

beforeEach(async () => {
  fleet = await Fleet.open({ transport: new SimulatedHosts() });
  deeds = new Deeds(fleet);
  store = createRolloutStore(fleet.core.db);
});

afterEach(() => fleet.close());

/** What the owner of a rollback decides. */
const onward: Decider = (facts) => {
  if (facts.rollout.status === "scheduled") return "take_over";
  return decide(facts.rollout, facts.targets, { ...facts, packages: { kind: "ready" } });
};

async function claimOne(owner: string): Promise<Claimed> {
  const [claimed] = await store.claimRollouts(owner, 1, LEASE_MS);
  if (!claimed) throw new Error(`${owner} got nothing`);
  return claimed;
}

/** A rollback with one fence step for each instance. */
async function withSteps(owner: string): Promise<Claimed> {
  await deeds.rollBackTo("1.0");
  const claimed = await claimOne(owner);
  await store.decideOn(claimed, onward);
  await store.decideOn(claimed, onward);
  return claimed;
}

describe("the lease of a rollout", { timeout: 120_000 }, () => {
  it("is one worker's, however many ask at once", async () => {
    for (let n = 0; n < 12; n += 1) await deeds.rollBackTo("1.0");
    const owners = ["a", "b", "c", "d"];
    const claims = await Promise.all(
      owners.flatMap((owner) => [store.claimRollouts(owner, 5, LEASE_MS), store.claimRollouts(owner, 5, LEASE_MS)]),
    );
    const ids = claims.flat().map((claimed) => claimed.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(12);
    expect(await store.claimRollouts("e", 5, LEASE_MS)).toEqual([]);
  });

  it("lets nobody decide whose number is old, or whose time is up", async () => {
    await deeds.rollBackTo("1.0");
    const old = await claimOne("a");
    await fleet.leasesRunOut();
    const never: Decider = () => {
      throw new Error("decided without the lease");
    };
    expect(await store.decideOn(old, never)).toEqual({ kind: "lost" });
    expect(await store.renewRollouts("a", [old.id], LEASE_MS)).toEqual({ kept: [], renewed: [] });
    const young = await claimOne("b");
    expect(young.leaseNo).toBe(old.leaseNo + 1n);
    expect(await store.decideOn(old, never)).toEqual({ kind: "lost" });
    expect(await store.renewRollouts("a", [old.id], LEASE_MS)).toEqual({ kept: [], renewed: [] });
    expect(await store.decideOn(young, onward)).toMatchObject({ kind: "decided", ended: false });
    expect(await deeds.rollout(young.id)).toMatchObject({ status: "preparing" });
  });

  it("begins anew with each decision: the row of one decision after another is never free to be renewed", async () => {
    await deeds.rollBackTo("1.0");
    const claimed = await claimOne("a");
    const until = async () => {
      const row = await fleet.core.db.rollout.findUniqueOrThrow({ where: { id: claimed.id } });
      return row.leaseUntil?.getTime() ?? 0;
    };
    for (let n = 0; n < 3; n += 1) {
      const before = await until();
      await store.decideOn(claimed, onward);
      expect(await until()).toBeGreaterThan(before);
    }
  });

  it("given back is there for the next one at once", async () => {
    await deeds.rollBackTo("1.0");
    const { id } = await claimOne("a");
    await store.releaseRollouts("a");
    expect(await claimOne("b")).toMatchObject({ id });
  });

  it("ends with the rollout", async () => {
    const id = await deeds.rollBackTo("1.0");
    const claimed = await claimOne("a");
    const end: Decider = (facts) => {
      const draft = new Draft(facts.rollout, facts.targets, facts.now, facts.pending);
      draft.end("cancelled", null);
      return draft;
    };
    expect(await store.decideOn(claimed, end)).toMatchObject({ ended: true });
    await fleet.leasesRunOut();
    expect(await store.claimRollouts("b", 5, LEASE_MS)).toEqual([]);
    expect(await store.decideOn(claimed, end)).toEqual({ kind: "lost" });
    expect(await deeds.rollout(id)).toMatchObject({ leaseOwner: null });
  });
});

describe("the lease of a step", { timeout: 120_000 }, () => {
  it("is one worker's, however many ask at once", async () => {
    await withSteps("driver");
    const claims = await Promise.all(["a", "b", "c"].map((owner) => store.claimSteps(owner, 5, LEASE_MS)));
    expect(
      claims
        .flat()
        .map((step) => step.instance)
        .sort(),
    ).toEqual([...fleet.instances].sort());
  });

  it("drops an outcome that comes after somebody else has claimed the step", async () => {
    const claimed = await withSteps("driver");
    const old = await store.claimSteps("a", 10, LEASE_MS);
    await fleet.leasesRunOut();
    const young = await store.claimSteps("b", 10, LEASE_MS);
    expect(young.map((step) => step.tx)).toEqual(old.map((step) => step.tx));
    const silence = { kind: "no_answer", reason: "late" } as const;
    await store.finishSteps(
      "a",
      old.map(({ id, leaseNo }) => ({ id, leaseNo, outcome: silence })),
    );
    await store.finishSteps(
      "a",
      young.map(({ id, leaseNo }) => ({ id, leaseNo, outcome: silence })),
    );
    await store.finishSteps(
      "b",
      old.map(({ id, leaseNo }) => ({ id, leaseNo, outcome: silence })),
    );
    expect(await fleet.core.db.step.count({ where: { state: "done" } })).toBe(0);
    await store.finishSteps(
      "b",
      young.map(({ id, leaseNo }) => ({ id, leaseNo, outcome: silence })),
    );
    expect(await fleet.core.db.step.count({ where: { state: "done", rolloutId: claimed.id } })).toBe(young.length);
  });

  it("handed back undone keeps its attempt, so that the next worker collects by the same key", async () => {
    await withSteps("driver");
    const steps = await store.claimSteps("a", 10, LEASE_MS);
    await store.releaseSteps(
      "a",
      steps.map((step) => step.id),
    );
    expect(
      (await store.claimSteps("b", 10, LEASE_MS)).map(({ tx, attempt, generation }) => ({ tx, attempt, generation })),
    ).toEqual(steps.map(({ tx, attempt, generation }) => ({ tx, attempt, generation })));
  });

  it("of an outcome that was taken in is never told twice", async () => {
    await withSteps("driver");
    const [driver] = await fleet.core.db.rollout.findMany();
    const steps = await store.claimSteps("a", 10, LEASE_MS);
    await store.finishSteps(
      "a",
      steps.map(({ id, leaseNo }) => ({ id, leaseNo, outcome: { kind: "no_answer", reason: "no route" } as const })),
    );
    const told: number[] = [];
    const count: Decider = (facts) => {
      told.push(facts.done.length);
      return onward(facts);
    };
    const claimed = { id: driver?.id ?? "", leaseNo: driver?.leaseNo ?? 0n, leaseMs: 60_000, lostBy: null };
    await store.decideOn(claimed, count);
    await store.decideOn(claimed, count);
    expect(told).toEqual([steps.length, 0]);
  });
});
