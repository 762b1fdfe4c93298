import { describe, expect, it } from "vitest";
import { createObservationStore } from "../store/observations/observation-store";
import type { Fleet } from "./testing/fleet";
import { inMemory, onFleet } from "./testing/on-fleet";
import { expectTheTruth } from "./testing/truth";
import { until } from "./testing/until";

const SUPERVISED = { settings: { runs: { kind: "supervised" } } } as const;

/** The process of an instance, by its host's word. */
async function processOf(fleet: Fleet, instance: string): Promise<number> {
  const report = (await fleet.reports()).find((each) => each.instance === instance);
  return report?.process?.pid ?? 0;
}

/** Ends the process of an instance and waits until its host has started another one. */
async function fallAndRise(fleet: Fleet, instance: string): Promise<void> {
  const before = await processOf(fleet, instance);
  if (before === 0) throw new Error("it does not run");
  process.kill(before, "SIGKILL");
  await until("its host started it again", async () => ![0, before].includes(await processOf(fleet, instance)));
}

describe("what its host starts again by itself", { timeout: 240_000 }, () => {
  it(
    "in its bake has failed, although it answers, and is put back",
    onFleet(async (deeds, fleet) => {
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      const id = await deeds.deploy("2.0", { strategy: { canary: 1, bakeSeconds: 300, minHealthy: "0%" } });
      const { instanceId } = await deeds.targetReaches(id, "succeeded");
      await fallAndRise(fleet, instanceId);
      await deeds.ended(id, "rolled_back");
      expect(await deeds.codes(id)).toEqual(expect.arrayContaining(["baking", "target_failed", "rolling_back"]));
      expect(await deeds.story(instanceId)).toEqual(["1.0 replaced", "2.0 put_back", "1.0 runs"]);
      await expectTheTruth(fleet);
    }, SUPERVISED),
  );

  it("in its bake and answered every question is a failure of its own: it restarted", async () => {
    const { transport, settings } = inMemory();
    const test = onFleet(
      async (deeds, fleet) => {
        await deeds.runs("1.0");
        await fleet.publish("2.0");
        const id = await deeds.deploy("2.0", { strategy: { canary: 1, bakeSeconds: 300, minHealthy: "0%" } });
        const { instanceId } = await deeds.targetReaches(id, "succeeded");
        transport.restarts(instanceId);
        await deeds.ended(id, "rolled_back");
        const told = (await deeds.events(id)).filter((event) => event.code === "target_failed");
        expect(told).toMatchObject([{ instanceId, params: { code: "restarted", version_now: "2.0" } }]);
        expect(await fleet.core.db.event.count({ where: { code: "instance_restarted", instanceId } })).toBe(1);
      },
      { transport, settings: { ...settings, ...SUPERVISED.settings } },
    );
    await test();
  });

  it(
    "later is told, with how often, and runs on as the version that is recorded",
    onFleet(async (deeds, fleet) => {
      await deeds.runs("1.0");
      const [instance = ""] = fleet.instances;
      await fallAndRise(fleet, instance);
      await until("the restart is told", async () => {
        await fleet.core.db.$executeRaw`UPDATE hosts SET next_inspect_at = clock_timestamp()`;
        return (await fleet.core.db.event.count({ where: { code: "instance_restarted" } })) > 0;
      });
      expect(await fleet.core.db.event.findMany({ where: { code: "instance_restarted" } })).toMatchObject([
        { instanceId: instance, params: { instance, version: "1.0", count: 1 } },
      ]);
      await until("it counts as well", async () => (await fleet.core.queries.instance(instance)).status === "active");
      expect(await deeds.story(instance)).toEqual(["1.0 runs"]);
      await expectTheTruth(fleet);
    }, SUPERVISED),
  );

  it(
    "between two questions is seen by its count: told once, and forgotten with the next change",
    onFleet(async (deeds, fleet) => {
      await deeds.runs("1.0");
      const observations = createObservationStore(fleet.core.db);
      const [instance = ""] = fleet.instances;
      const answer = {
        healthy: true,
        latencyMs: 1,
        checkedAt: new Date(),
        detail: { code: "status", status: 200, path: "/healthz" },
      } as const;
      const asked = () =>
        until("a question", async () => {
          await fleet.core.db.$executeRaw`UPDATE observations SET next_check_at = clock_timestamp()`;
          return (await observations.claimHealthQuestions(10)).find((question) => question.instance === instance) ?? null;
        });
      for (const restarts of [1, 1, null, 2]) await observations.recordHealth([{ question: await asked(), answer, restarts }]);
      const told = await fleet.core.db.event.findMany({ where: { code: "instance_restarted" }, orderBy: { id: "asc" } });
      expect(told.map(({ params }) => params)).toMatchObject([{ count: 1 }, { count: 2 }]);
      await deeds.runs("2.0");
      expect(await fleet.core.db.observation.findUniqueOrThrow({ where: { instanceId: instance } })).toMatchObject({
        restarts: 0,
        restartedAt: null,
      });
    }),
  );
});
