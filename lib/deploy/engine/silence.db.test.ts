import { describe, expect, it } from "vitest";
import { type Fleet, MEI } from "./testing/fleet";
import { type Scene, scene } from "./testing/scene";
import { expectTheTruth } from "./testing/truth";
import { until } from "./testing/until";

const SLOWLY = { timeout: 240_000 };
const BRIEFLY = { preset: "all_at_once", unknownWaitSeconds: 1 } as const;

/** Debts are asked for now, instead of when their back-off is over. */
const askNow = (fleet: Fleet) =>
  fleet.core.db.$executeRaw`UPDATE owed SET next_ask_at = clock_timestamp() WHERE settled_at IS NULL`;

const settled = async ({ fleet }: Scene): Promise<string | null> => {
  await askNow(fleet);
  return until("the debt is settled", async () => {
    const debt = await fleet.core.db.owed.findFirst({ orderBy: { id: "desc" } });
    return debt?.settledAt ? { outcome: debt.outcome } : null;
  }).then(({ outcome }) => outcome);
};

/** A deployment of 2.0 whose change on `shop-21` happens without anybody hearing of it; it has ended, the answer is owed. */
async function unheard({ hosts, fleet, deeds }: Scene): Promise<string> {
  await deeds.runs("1.0");
  await fleet.publish("2.0");
  hosts.mute.add("host-2");
  const id = await deeds.deploy("2.0", { strategy: { ...BRIEFLY, onFailure: "stop" } });
  await until("the change has ended there", () => hosts.changesOf("shop-21").includes("2.0 done"));
  hosts.silent.add("host-2");
  hosts.mute.delete("host-2");
  await deeds.ended(id, "failed");
  expect((await deeds.targets(id)).map((target) => target.status)).toEqual(["succeeded", "unknown"]);
  expect(await fleet.core.db.owed.findMany({ where: { settledAt: null } })).toMatchObject([
    { instanceId: "shop-21", rolloutId: id, duty: "record", version: "2.0", settledAt: null },
  ]);
  return id;
}

/** A deployment of 2.0 in whose change of `shop-21` nobody is heard any more, which tolerates that. */
async function unknownMeanwhile({ hosts, fleet, deeds }: Scene): Promise<string> {
  await deeds.runs("1.0");
  await fleet.publish("2.0");
  hosts.mute.add("host-2");
  const id = await deeds.deploy("2.0", { strategy: { preset: "all_at_once", maxFailed: 1 } });
  await deeds.targetReaches(id, "unknown", "shop-21");
  return id;
}

/** As a look at the instance's health writes it. */
const doesNotAnswer = (fleet: Fleet, instance: string) =>
  fleet.core.db.$executeRaw`
    UPDATE observations SET healthy = false, unhealthy_since = clock_timestamp(), checked_at = clock_timestamp(),
      next_check_at = clock_timestamp() + interval '1 hour'
    WHERE instance_id = ${instance}`;

describe("a host that falls silent", SLOWLY, () => {
  it(
    "and answers in time costs nothing: its change is collected, and the rollout succeeds",
    scene(async (all) => {
      const { hosts, fleet, deeds } = all;
      const id = await unknownMeanwhile(all);
      expect((await deeds.rollout(id)).waitingFor).toMatchObject({ code: expect.stringMatching(/^(unknown_hosts|instances)$/) });
      hosts.mute.clear();
      await deeds.ended(id, "succeeded");
      expect(hosts.changesOf("shop-21")).toEqual(["1.0 done", "2.0 done"]);
      expect((await deeds.codes(id)).filter((code) => code === "target_settled_late")).toHaveLength(1);
      await expectTheTruth(fleet);
    }),
  );

  it(
    "for too long ends the deployment with a debt; back again, what happened is recorded and nothing is done",
    scene(async (all) => {
      const { hosts, fleet, deeds } = all;
      const id = await unheard(all);
      const result = (await deeds.rollout(id)).result;
      hosts.silent.clear();
      expect(await settled(all)).toBe("runs");
      expect(await deeds.story("shop-21")).toEqual(["1.0 replaced", "2.0 runs"]);
      expect(hosts.changesOf("shop-21")).toEqual(["1.0 done", "2.0 done"]);
      expect((await deeds.rollout(id)).result).toEqual(result);
      await expectTheTruth(fleet);
    }),
  );

  it(
    "in the middle of a change is not said to have run a version that was down: the change itself had stopped it",
    scene(async (all) => {
      const { hosts, fleet, deeds } = all;
      const id = await unknownMeanwhile(all);
      await doesNotAnswer(fleet, "shop-21");
      hosts.mute.clear();
      await deeds.ended(id, "succeeded");
      expect(await deeds.story("shop-21")).toEqual(["1.0 replaced", "2.0 runs"]);

      await doesNotAnswer(fleet, "shop-21");
      await deeds.runs("3.0");
      expect(await deeds.story("shop-21")).toEqual(["1.0 replaced", "2.0 replaced_down", "3.0 runs"]);
      await expectTheTruth(fleet);
    }),
  );

  it(
    "has its debt settled as the newer holder's: nothing older is told over what runs since",
    scene(async (all) => {
      const { hosts, fleet, deeds } = all;
      await unheard(all);
      await fleet.core.db.owed.updateMany({ data: { nextAskAt: new Date(Date.now() + 3_600_000) } });
      hosts.silent.clear();
      await deeds.runs("3.0");
      expect(await settled(all)).toBe("newer");
      // The newer one asks what became of the older change before its own begins.
      expect(await deeds.story("shop-21")).toEqual(["1.0 replaced", "2.0 replaced", "3.0 runs"]);
      expect(hosts.machine("shop-21").current?.version).toBe("3.0");
      await expectTheTruth(fleet);
    }),
  );

  it(
    "and owes a rollback that is cancelled by a newer one: how it ended on the host is told all the same",
    scene(async (all) => {
      const { hosts, fleet, deeds } = all;
      await deeds.runs("1.0");
      const second = await deeds.runs("2.0");
      hosts.silent.add("host-2");
      const back = await deeds.takeBack({ takesBack: second, strategy: { unknownWaitSeconds: 1, minHealthy: "0%" } });
      await deeds.ended(back.id, "failed");
      hosts.changeMs = 60_000;
      hosts.silent.clear();
      await askNow(fleet);
      await until("what is owed is under way", () => hosts.machine("shop-21").open !== null);
      hosts.changeMs = 0;
      await deeds.ended(await deeds.rollBackTo("2.0"), "succeeded");
      expect(await settled(all)).toBe("newer");
      expect(await deeds.story("shop-21")).toEqual(["1.0 replaced", "2.0 runs", "1.0 put_back"]);
      await expectTheTruth(fleet);
    }),
  );

  it(
    "before a deployment begins there fails only its own instance, and leaves no debt",
    scene(async ({ hosts, fleet, deeds }) => {
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      hosts.silent.add("host-2");
      const id = await deeds.deploy("2.0", { strategy: { preset: "all_at_once", maxFailed: 1 } });
      await deeds.ended(id, "succeeded");
      expect(await deeds.targets(id)).toMatchObject([
        { status: "succeeded" },
        { status: "failed", versionNow: "1.0", failure: { code: "host_unreachable" } },
      ]);
      hosts.silent.clear();
      await expectTheTruth(fleet);
    }),
  );

  it(
    "has a rollback carried out as soon as it answers, and a second click finds it being taken back",
    scene(async (all) => {
      const { hosts, fleet, deeds } = all;
      await deeds.runs("1.0");
      await deeds.runs("2.0");
      hosts.silent.add("host-2");
      const { id } = await deeds.takeBack({ strategy: { unknownWaitSeconds: 1, minHealthy: "0%" } });
      await deeds.ended(id, "failed");
      expect(hosts.machine("shop-11").current?.version).toBe("1.0");
      expect(await deeds.takeBack()).toEqual({ id, created: false });
      hosts.silent.clear();
      expect(await settled(all)).toBe("runs");
      expect(hosts.machine("shop-21").current?.version).toBe("1.0");
      expect(await deeds.story("shop-21")).toEqual(["1.0 replaced", "2.0 rolled_back", "1.0 runs"]);
      await expectTheTruth(fleet);
    }),
  );

  it(
    "has a put-back carried out as soon as it answers",
    scene(async (all) => {
      const { hosts, fleet, deeds } = all;
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      const id = await deeds.deploy("2.0", {
        strategy: {
          canary: 1,
          waveSize: 1,
          bakeSeconds: 0,
          minHealthy: "0%",
          promotion: "after_canary",
          unknownWaitSeconds: 1,
          spread: false,
        },
      });
      await deeds.reaches(id, "paused");
      hosts.broken.add("2.0");
      hosts.silent.add("host-1");
      await fleet.core.act(MEI, { id, action: "promote", wave: 2 });
      await deeds.ended(id, "failed");
      expect(await fleet.core.db.owed.findMany()).toMatchObject([{ instanceId: "shop-11", duty: "restore", version: "1.0" }]);
      hosts.silent.clear();
      expect(await settled(all)).toBe("runs");
      expect(hosts.machine("shop-11").current?.version).toBe("1.0");
      expect((await deeds.history("shop-11")).at(-1)).toMatchObject({ version: "1.0", openedBy: "put_back", rolloutId: id });
      await expectTheTruth(fleet);
    }),
  );
});

describe("min_healthy", SLOWLY, () => {
  it(
    "is one budget of the service: two rollouts at once never take more down than it allows",
    scene(
      async ({ hosts, fleet, deeds }) => {
        await deeds.runs("1.0");
        await fleet.publish("2.0");
        await fleet.publish("3.0");
        hosts.mostDown = 0;
        hosts.changeMs = 150;
        const careful = { canary: 0, waveSize: "100%", bakeSeconds: 0, minHealthy: "75%", maxParallel: 100 } as const;
        const ids = await Promise.all([
          deeds.deploy("2.0", { strategy: careful, instances: fleet.instances.slice(0, 4) }),
          deeds.deploy("3.0", { strategy: careful, instances: fleet.instances.slice(4) }),
        ]);
        for (const id of ids) await deeds.ended(id, "succeeded");
        expect(hosts.mostDown).toBeGreaterThan(0);
        expect(hosts.mostDown).toBeLessThanOrEqual(2);
        await expectTheTruth(fleet);
      },
      { count: 2, each: 4 },
    ),
  );

  it(
    "does not slow down the first version of new instances: they serve nobody yet",
    scene(
      async ({ hosts, fleet, deeds }) => {
        hosts.changeMs = 400;
        await fleet.publish("1.0");
        const id = await deeds.deploy("1.0", { strategy: { canary: 0, waveSize: "100%", bakeSeconds: 0, maxParallel: 100 } });
        await deeds.ended(id, "succeeded");
        expect(await deeds.codes(id)).not.toContain("min_healthy_waiting");
      },
      { count: 2, each: 4 },
    ),
  );

  it(
    "holds for a service whose instances partly do not answer: those cost nothing",
    scene(
      async ({ hosts, fleet, deeds }) => {
        await deeds.runs("1.0");
        const silent = fleet.instances.slice(0, 2);
        await fleet.core.db.observation.updateMany({
          where: { instanceId: { in: [...silent] } },
          data: { healthy: false, unhealthySince: new Date(), nextCheckAt: new Date(Date.now() + 3_600_000) },
        });
        await fleet.publish("2.0");
        hosts.mostDown = 0;
        hosts.changeMs = 300;
        hosts.counts = (instance) => !silent.includes(instance);
        const id = await deeds.deploy("2.0", {
          strategy: { canary: 0, waveSize: "100%", bakeSeconds: 0, minHealthy: "50%", maxParallel: 100 },
        });
        await deeds.ended(id, "succeeded");
        expect(hosts.mostDown).toBe(1);
        const switched = (await deeds.events(id))
          .filter((event) => event.code === "target_switching")
          .map((event) => event.instanceId);
        expect(switched.indexOf(silent[1] ?? "")).toBeLessThan(3);
        expect(await fleet.core.db.baseline.count({ where: { rolloutId: id } })).toBe(2);
      },
      { count: 2, each: 2 },
    ),
  );
});
