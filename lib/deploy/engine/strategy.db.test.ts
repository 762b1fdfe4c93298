import { describe, expect, it } from "vitest";
import { MEI, SERVICE } from "./testing/fleet";
import { scene } from "./testing/scene";
import { expectTheTruth } from "./testing/truth";

const SLOWLY = { timeout: 240_000 };
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

describe("a rollout's strategy", SLOWLY, () => {
  it(
    "is the service's where the request has none",
    scene(async ({ deeds, fleet }) => {
      const { settings } = await fleet.core.queries.service(SERVICE);
      const strategy = { canary: 0, waveSize: 1, bakeSeconds: 0, promotion: "each_wave", minHealthy: "0%" } as const;
      await fleet.core.updateService(MEI, { service: SERVICE, settings: { ...settings, strategy } });
      await fleet.publish("1.0");
      const id = await deeds.deploy("1.0", { strategy: {} });
      expect(await deeds.reaches(id, "paused")).toMatchObject({ statusReason: { code: "gate", params: { wave: 2 } } });
      await fleet.core.act(MEI, { id, action: "promote", wave: 2 });
      await deeds.ended(id, "succeeded");
      await expectTheTruth(fleet);
    }),
  );

  it(
    "with a start time is carried out by itself then and not before; until then it is in nobody's way",
    scene(async ({ deeds, fleet }) => {
      await deeds.runs("1.0");
      for (const version of ["2.0", "3.0"]) await fleet.publish(version);
      const strategy = { preset: "all_at_once", startAt: inSeconds(3_600) } as const;
      const tonight = await deeds.deploy("2.0", { strategy });
      expect((await deeds.rollout(tonight)).waitingFor).toMatchObject({ code: "start_time", until: strategy.startAt });
      await deeds.runs("1.1");
      expect(await deeds.rollout(tonight)).toMatchObject({ status: "scheduled", startedAt: null });

      // Night falls.
      const [due] = await fleet.core.db.$queryRaw<{ scheduled_until: Date }[]>`
        UPDATE rollouts SET scheduled_until = clock_timestamp() + interval '1 second', wake_at = clock_timestamp(), rev = rev + 1 WHERE id = ${tonight}
        RETURNING scheduled_until`;
      const { startedAt } = await deeds.ended(tonight, "succeeded");
      expect(startedAt?.getTime()).toBeGreaterThanOrEqual(due?.scheduled_until.getTime() ?? Number.POSITIVE_INFINITY);

      const tomorrow = await deeds.deploy("3.0", { strategy });
      await fleet.core.act(MEI, { id: tomorrow, action: "start_now" });
      await deeds.ended(tomorrow, "succeeded");
      for (const instance of fleet.instances)
        expect(await deeds.story(instance)).toEqual(["1.0 replaced", "1.1 replaced", "2.0 replaced", "3.0 runs"]);
      await expectTheTruth(fleet);
    }),
  );

  it(
    "holds the new version to its health while it bakes: an instance that falls over has failed, and all go back",
    scene(async ({ deeds, hosts, fleet }) => {
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      const id = await deeds.deploy("2.0", { strategy: { canary: 0, waveSize: "100%", bakeSeconds: 600, minHealthy: "0%" } });
      await deeds.reaches(id, "baking");
      const [fallen = ""] = fleet.instances;
      hosts.fallsOver(fallen);
      await deeds.ended(id, "rolled_back");
      const target = (await deeds.targets(id)).find((each) => each.instanceId === fallen);
      expect(target).toMatchObject({ status: "put_back", failure: { code: "fell_over_in_bake" } });
      for (const instance of fleet.instances) expect((await deeds.story(instance)).at(-1)).toBe("1.0 runs");
      await expectTheTruth(fleet);
    }),
  );
});
