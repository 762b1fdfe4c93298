/**
 * What people report of release tools that they use, each as a test that it does not happen here. The names in brackets are the threads
 * in which it was told.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { JONAS, MEI } from "./testing/fleet";
import { onFleet } from "./testing/on-fleet";
import { type Scene, scene } from "./testing/scene";
import { expectTheTruth } from "./testing/truth";
import { until } from "./testing/until";

const SLOWLY = { timeout: 240_000 };
const ONE_BY_ONE = { canary: 1, waveSize: 1, bakeSeconds: 0, minHealthy: "0%", maxParallel: 10, spread: false } as const;
const PATIENT = { unknownWaitSeconds: 60, minHealthy: "0%" } as const;

const everywhere = ({ hosts, fleet }: Scene) =>
  fleet.instances.map((instance) => {
    const { process, current } = hosts.machine(instance);
    return process === null ? "nothing" : current?.version;
  });

/** A deployment of 2.0 over 1.0, in the middle of its first change. */
async function inTheMiddle({ hosts, fleet, deeds }: Scene): Promise<string> {
  await deeds.runs("1.0");
  await fleet.publish("2.0");
  const { changeMs } = hosts;
  hosts.changeMs = 4_000;
  const id = await deeds.deploy("2.0", { strategy: ONE_BY_ONE });
  await deeds.targetReaches(id, "switching");
  hosts.changeMs = changeMs;
  return id;
}

describe("a rollout in trouble", SLOWLY, () => {
  it(
    "is followed at once when its worker starts again, and no instance waits for more than its own change [aws-codedeploy-agent#356]",
    onFleet(
      async (deeds, fleet) => {
        const first = await fleet.childWorker();
        await until("the worker is known", async () => (await fleet.core.db.worker.count()) > 0);
        await deeds.runs("1.0");
        await fleet.publish("2.0", "slow");
        const id = await deeds.deploy("2.0", { strategy: ONE_BY_ONE });
        await deeds.targetReaches(id, "switching");
        await first.kill();
        await fleet.childWorker();
        await deeds.ended(id, "succeeded");
        for (const instance of fleet.instances) expect(await deeds.story(instance)).toEqual(["1.0 replaced", "2.0 runs"]);
        await expectTheTruth(fleet);
      },
      { workers: 0 },
    ),
  );

  it(
    "forbids nothing that others need: the rest of the service is deployed meanwhile, and it is rolled back [convox/rack#1599]",
    scene(async (all) => {
      const { deeds, hosts, fleet } = all;
      const [first, second] = fleet.instances;
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      await fleet.publish("3.0");
      hosts.changeMs = 700;
      const id = await deeds.deploy("2.0", {
        instances: [first ?? ""],
        strategy: { ...ONE_BY_ONE, unknownWaitSeconds: 600, onFailure: "pause" },
      });
      await deeds.targetReaches(id, "switching");
      hosts.silent.add("host-1");
      await deeds.targetReaches(id, "unknown");
      await deeds.reaches(id, "paused");
      await deeds.ended(await deeds.deploy("3.0", { instances: [second ?? ""] }), "succeeded");
      const back = await deeds.takeBack({ takesBack: id, strategy: PATIENT });
      expect((await deeds.ended(id)).status).toBe("superseded");
      hosts.silent.clear();
      await deeds.ended(back.id, "succeeded");
      expect(everywhere(all)).toEqual(["1.0", "3.0"]);
      await expectTheTruth(fleet);
    }),
  );

  it(
    "keeps the evidence of its failure after it was put back, and after the next deployment [kamal#1917]",
    scene(async ({ deeds, hosts, fleet }) => {
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      hosts.broken.add("2.0");
      const id = await deeds.deploy("2.0");
      await deeds.ended(id, "rolled_back");
      await deeds.runs("3.0");
      const evidence = { code: "exited", evidence: { exitCode: 1, log: ["it does not work"] } };
      for (const target of await deeds.targets(id)) expect(target.failure).toMatchObject(evidence);
      for (const instance of fleet.instances) {
        const failed = (await deeds.history(instance)).find((row) => row.version === "2.0");
        expect(failed).toMatchObject({ outcome: "failed", rolloutId: id, failure: evidence });
      }
    }),
  );

  it(
    "is not reverted as a whole by one late flaky instance of an earlier wave: it waits, and a person decides [nomad#10881]",
    scene(
      async (all) => {
        const { deeds, hosts, fleet } = all;
        await deeds.runs("1.0");
        await fleet.publish("2.0");
        const id = await deeds.deploy("2.0", { strategy: { ...ONE_BY_ONE, promotion: "after_canary" } });
        const first = await deeds.targetReaches(id, "succeeded");
        await deeds.reaches(id, "paused");
        hosts.changeMs = 5_000;
        await fleet.core.act(MEI, { id, action: "promote", wave: 2 });
        await deeds.targetReaches(id, "switching");
        hosts.fallsOver(first.instanceId);
        await until("it is told", async () => (await deeds.codes(id)).includes("bake_alarm"));
        expect(await deeds.codes(id)).not.toContain("rolling_back");
        expect(await deeds.reaches(id, "paused")).toMatchObject({ statusReason: { code: "bake_alarm" } });
      },
      { each: 2 },
    ),
  );

  it(
    "is reversed once at most, however hosts come and go [nomad#3525]",
    scene(
      async (all) => {
        const { deeds, hosts, fleet } = all;
        await deeds.runs("1.0");
        await fleet.publish("2.0");
        hosts.broken.add("2.0");
        hosts.changeMs = 300;
        const id = await deeds.deploy("2.0", { strategy: { preset: "all_at_once", unknownWaitSeconds: 2 } });
        for (let split = 0; split < 4; split += 1) {
          for (const host of ["host-1", "host-2"]) hosts.silent.add(host);
          await sleep(200);
          hosts.silent.clear();
          await sleep(200);
        }
        await deeds.ended(id);
        const codes = await deeds.codes(id);
        expect(codes.filter((code) => code === "rolling_back").length).toBeLessThanOrEqual(1);
        for (const instance of fleet.instances)
          expect(hosts.changesOf(instance).filter((change) => change.startsWith("2.0")).length).toBeLessThanOrEqual(1);
        expect(everywhere(all)).toEqual(["1.0", "1.0", "1.0"]);
      },
      { count: 3 },
    ),
  );

  it(
    "that was aborted changes nothing any more [coolify#5850]",
    scene(async (all) => {
      const { deeds, hosts, fleet } = all;
      const id = await inTheMiddle(all);
      await fleet.core.act(JONAS, { id, action: "abort" });
      await deeds.ended(id, "cancelled");
      const changes = fleet.instances.map((instance) => [...hosts.changesOf(instance)]);
      const { pos } = await fleet.core.db.event.findFirstOrThrow({ where: { rolloutId: id }, orderBy: { seq: "desc" } });
      await sleep(1_500);
      expect(fleet.instances.map((instance) => hosts.changesOf(instance))).toEqual(changes);
      expect(await fleet.core.db.event.findFirst({ where: { rolloutId: id }, orderBy: { seq: "desc" } })).toMatchObject({ pos });
      expect(everywhere(all).toSorted()).toEqual(["1.0", "2.0"]);
      await expectTheTruth(fleet);
    }),
  );

  it(
    "on a host that never answers can be aborted, and ends [Dokploy#4461]",
    scene(async (all) => {
      const { deeds, hosts, fleet } = all;
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      hosts.changeMs = 1_000;
      const id = await deeds.deploy("2.0", { strategy: { ...ONE_BY_ONE, unknownWaitSeconds: 1 } });
      const { instanceId } = await deeds.targetReaches(id, "switching");
      for (const host of fleet.hosts) hosts.silent.add(host.name);
      await fleet.core.act(JONAS, { id, action: "abort" });
      await deeds.ended(id, "cancelled");
      const statuses = (await deeds.targets(id)).map((target) => [target.instanceId === instanceId, target.status]);
      expect(statuses.toSorted()).toEqual([
        [false, "skipped"],
        [true, "unknown"],
      ]);
    }),
  );

  it(
    "leaves every attempt in the history, those that failed too [argo-cd#6264]",
    scene(async ({ deeds, hosts, fleet }) => {
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      hosts.broken.add("2.0");
      const first = await deeds.deploy("2.0");
      await deeds.ended(first, "rolled_back");
      await fleet.core.act(MEI, { id: first, action: "retry", newId: "second" });
      await deeds.ended("second", "rolled_back");
      hosts.broken.clear();
      await fleet.core.act(MEI, { id: "second", action: "retry", newId: "third" });
      await deeds.ended("third", "succeeded");
      for (const instance of fleet.instances)
        expect(
          (await deeds.history(instance)).filter((row) => row.version === "2.0").map((row) => [row.rolloutId, row.outcome]),
        ).toEqual([
          [first, "failed"],
          ["second", "failed"],
          ["third", null],
        ]);
      expect(await fleet.core.db.rollout.findMany({ select: { status: true }, orderBy: { createdAt: "asc" } })).toEqual(
        ["succeeded", "rolled_back", "rolled_back", "succeeded"].map((status) => ({ status })),
      );
    }),
  );
});
