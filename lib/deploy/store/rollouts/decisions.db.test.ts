import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Draft } from "../../domain/draft";
import { decide } from "../../domain/machine";
import type { Target } from "../../domain/rollout-state";
import { Deeds } from "../../engine/testing/deeds";
import { Fleet, MEI } from "../../engine/testing/fleet";
import { inMemory } from "../../engine/testing/on-fleet";
import type { Claimed, DecisionFacts, RolloutStore } from "../../ports/rollouts";
import { createRolloutStore } from "./rollout-store";

const LEASE_MS = 60_000;

let fleet: Fleet;
let deeds: Deeds;
let store: RolloutStore;

beforeEach(async () => {
  fleet = await Fleet.open({ each: 3, ...inMemory() });
  deeds = new Deeds(fleet);
  store = createRolloutStore(fleet.core.db);
});

afterEach(async () => {
  await fleet.close();
});

const goOn = (facts: DecisionFacts) => decide(facts.rollout, facts.targets, { ...facts, packages: { kind: "ready" } });

/** A rollback that has its instances, as its owner drives it. */
async function driven(): Promise<Claimed> {
  await deeds.rollBackTo("1.0");
  const [claimed] = await store.claimRollouts("owner", 1, LEASE_MS);
  if (!claimed) throw new Error("nothing to claim");
  await store.decideOn(claimed, () => "take_over");
  await store.decideOn(claimed, goOn);
  return claimed;
}

/** What the owner's next decision is made on, without deciding anything. */
async function factsOf(claimed: Claimed): Promise<DecisionFacts> {
  const seen: DecisionFacts[] = [];
  await store.decideOn(claimed, (facts) => {
    seen.push(facts);
    return goOn(facts);
  });
  const [facts] = seen;
  if (!facts) throw new Error("nothing was decided");
  return facts;
}

/** The same as somebody sees it who reads the rows. */
const read = (claimed: Claimed) => factsOf({ ...claimed });

const byInstance = (targets: readonly Target[]) => new Map(targets.map((target) => [target.instance, target]));

it("what a host found down counts as down before anything of it is changed", async () => {
  const [found, ...others] = fleet.instances;
  await fleet.core.db.observation.createMany({ data: fleet.instances.map((instanceId) => ({ instanceId, healthy: true })) });
  const claimed = await driven();
  const steps = await store.claimSteps("hands", 10, LEASE_MS);
  await store.finishSteps(
    "hands",
    steps.map(({ id, leaseNo, instance }) => {
      const alive = instance !== found;
      const seen = { current: null, processAlive: alive, answers: alive, releaseOnHost: false };
      return { id, leaseNo, outcome: { kind: "fenced", seen, inFlight: { kind: "none" } } as const };
    }),
  );
  await store.decideOn(claimed, goOn);
  const { load, targets } = await factsOf(claimed);
  expect(others).toHaveLength(2);
  expect(targets.map(({ status }) => status)).toEqual(["staging", "staging", "staging"]);
  expect(load).toEqual({ baseline: 3, down: [found], changing: 0 });
  await fleet.core.db.observation.updateMany({ data: { healthy: true } });
  expect((await factsOf(claimed)).load).toEqual({ baseline: 3, down: [], changing: 0 });
});

describe("what an owner remembers between two decisions", { timeout: 120_000 }, () => {
  it("is what the rows say", async () => {
    const claimed = await driven();
    for (let round = 0; round < 3; round += 1) {
      const steps = await store.claimSteps("hands", 10, LEASE_MS);
      await store.finishSteps(
        "hands",
        steps.map(({ id, leaseNo }) => ({ id, leaseNo, outcome: { kind: "no_answer", reason: "no route" } as const })),
      );
      await store.decideOn(claimed, goOn);
      const remembered = await factsOf(claimed);
      const rows = await read(claimed);
      expect(remembered.rollout).toEqual(rows.rollout);
      expect(byInstance(remembered.targets)).toEqual(byInstance(rows.targets));
      expect(remembered.pending).toEqual(rows.pending);
    }
  });

  it("is nothing after somebody else has changed the rollout", async () => {
    const claimed = await driven();
    await factsOf(claimed);
    await fleet.core.act(MEI, { id: claimed.id, action: "pause" });
    expect((await factsOf(claimed)).rollout).toMatchObject({ status: "paused" });
  });

  it("is nothing after a decision that was not written", async () => {
    const claimed = await driven();
    const before = await factsOf(claimed);
    const impossible = (facts: DecisionFacts) => {
      const draft = goOn(facts);
      draft.pause({ code: "by_person", params: {} });
      const release = { version: "1.0", revision: 1 };
      const { id: rollout } = facts.rollout;
      draft.history.push({
        kind: "runs",
        process: null,
        instance: "nobody",
        release,
        opener: "rollback",
        rollout,
        attempt: 1,
        changed: true,
        at: facts.now,
      });
      return draft;
    };
    await expect(store.decideOn(claimed, impossible)).rejects.toThrow();
    expect((await factsOf(claimed)).rollout).toEqual(before.rollout);
  });
});

describe("a step that ends in the moment in which its target begins anew", { timeout: 120_000 }, () => {
  it("is told while the one in its stead is under way: that one stays the only one", async () => {
    const claimed = await driven();
    const [instance = ""] = (await factsOf(claimed)).pending;
    await store.decideOn(claimed, (facts) => {
      const draft = new Draft(facts.rollout, facts.targets, facts.now, facts.pending);
      const target = draft.targets.get(instance);
      if (!target) throw new Error(`${instance} is no target`);
      draft.anew(target, {});
      draft.step(target.instance, "fence");
      return draft;
    });
    // It had ended before it could be voided, and nobody has taken in how.
    await fleet.core.db.$executeRaw`
      UPDATE steps SET outcome = '{"kind": "no_answer", "reason": "late"}', folded = false
      WHERE rollout_id = ${claimed.id} AND instance_id = ${instance} AND outcome ->> 'kind' = 'voided'`;
    const undone = () =>
      fleet.core.db.step.count({ where: { rolloutId: claimed.id, instanceId: instance, state: { not: "done" } } });

    expect([...(await factsOf(claimed)).pending]).toContain(instance);
    await store.decideOn(claimed, goOn);
    expect(await undone()).toBe(1);
  });
});
