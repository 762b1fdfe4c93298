import { describe, expect, it } from "vitest";
import { JONAS, MEI } from "./testing/fleet";
import { scene } from "./testing/scene";
import { expectTheTruth } from "./testing/truth";

const SLOWLY = { timeout: 240_000 };
const WAVES = { canary: 1, waveSize: 1, bakeSeconds: 0, minHealthy: "0%", maxParallel: 10 } as const;

describe("a person with a rollout", SLOWLY, () => {
  it(
    "pauses it and resumes it; of two who act on the same state the second is told who was first",
    scene(async ({ hosts, fleet, deeds }) => {
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      hosts.changeMs = 1_500;
      const id = await deeds.deploy("2.0", { strategy: WAVES });
      await deeds.targetReaches(id, "switching");
      await fleet.core.act(MEI, { id, action: "pause" });
      await deeds.targetReaches(id, "succeeded");
      const { lastSeq } = await deeds.reaches(id, "paused");
      await fleet.core.act(MEI, { id, action: "resume", expectedSeq: lastSeq });
      await expect(fleet.core.act(JONAS, { id, action: "abort", expectedSeq: lastSeq })).rejects.toMatchObject({
        code: "invalid_transition",
        params: { by: "Mei" },
      });
      await deeds.ended(id, "succeeded");
      expect((await deeds.codes(id)).filter((code) => code === "paused" || code === "resumed")).toEqual(["paused", "resumed"]);
      await expectTheTruth(fleet);
    }),
  );

  it(
    "opens one gate once",
    scene(async ({ fleet, deeds }) => {
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      const id = await deeds.deploy("2.0", { strategy: { ...WAVES, promotion: "each_wave" } });
      await deeds.reaches(id, "paused");
      await expect(fleet.core.act(MEI, { id, action: "promote" })).rejects.toMatchObject({ code: "invalid_request" });
      await expect(fleet.core.act(MEI, { id, action: "promote", wave: 3 })).rejects.toMatchObject({ code: "invalid_transition" });
      const twice = await Promise.allSettled([
        fleet.core.act(MEI, { id, action: "promote", wave: 2 }),
        fleet.core.act(JONAS, { id, action: "promote", wave: 2 }),
      ]);
      expect(twice.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      await deeds.ended(id, "succeeded");
    }),
  );

  it(
    "aborts it: what is in flight settles, nothing is reversed",
    scene(async ({ hosts, fleet, deeds }) => {
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      hosts.changeMs = 1_500;
      const id = await deeds.deploy("2.0", { strategy: WAVES });
      await deeds.targetReaches(id, "switching");
      await fleet.core.act(JONAS, { id, action: "abort" });
      expect(await deeds.ended(id, "cancelled")).toMatchObject({ statusReason: { code: "aborted", params: { by: "Jonas" } } });
      expect((await deeds.targets(id)).map((target) => target.status).sort()).toEqual(["skipped", "succeeded"]);
      await expectTheTruth(fleet);
    }),
  );

  it(
    "tries failed instances again in the same rollout, or in a new one once it has ended",
    scene(async ({ hosts, fleet, deeds }) => {
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      hosts.broken.add("2.0");
      const id = await deeds.deploy("2.0", { strategy: { ...WAVES, onFailure: "pause" } });
      await deeds.reaches(id, "paused");
      hosts.broken.clear();
      await fleet.core.act(MEI, { id, action: "retry" });
      await deeds.ended(id, "succeeded");
      expect((await deeds.targets(id)).map((target) => target.attempt).sort()).toEqual([1, 2]);

      await fleet.publish("3.0");
      hosts.broken.add("3.0");
      const failed = await deeds.deploy("3.0");
      await deeds.ended(failed, "rolled_back");
      await expect(fleet.core.act(MEI, { id: failed, action: "retry" })).rejects.toMatchObject({ code: "invalid_request" });
      hosts.broken.clear();
      const again = await fleet.core.act(MEI, { id: failed, action: "retry", newId: "again" });
      expect(again.id).toBe("again");
      expect((await fleet.core.act(MEI, { id: failed, action: "retry", newId: "again" })).id).toBe("again");
      expect(await deeds.ended("again", "succeeded")).toMatchObject({ retryOf: failed, version: "3.0" });
      await expectTheTruth(fleet);
    }),
  );

  it(
    "tries a rollback again whose instances go back to different versions",
    scene(async ({ hosts, fleet, deeds }) => {
      const [first, second] = fleet.instances;
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      await deeds.ended(await deeds.deploy("2.0", { instances: [second ?? ""] }), "succeeded");
      const third = await deeds.runs("3.0");
      hosts.broken.add("1.0").add("2.0");
      const { id } = await deeds.takeBack({ strategy: { minHealthy: "0%", maxFailed: 5 } });
      expect(await deeds.ended(id, "failed")).toMatchObject({ takesBack: third, version: null });
      hosts.broken.clear();
      await fleet.core.act(MEI, { id, action: "retry", newId: "again" });
      expect(await deeds.ended("again", "succeeded")).toMatchObject({ retryOf: id, takesBack: third });
      expect([first, second].map((instance) => hosts.machine(instance ?? "").current?.version)).toEqual(["1.0", "2.0"]);
      await expectTheTruth(fleet);
    }),
  );

  it(
    "who names another version during a deployment takes over what is named, and the rest waits for a decision",
    scene(
      async ({ fleet, deeds }) => {
        await deeds.runs("1.0");
        await fleet.publish("2.0");
        const id = await deeds.deploy("2.0", { strategy: { ...WAVES, promotion: "each_wave" } });
        await deeds.reaches(id, "paused");
        const changed = (await deeds.targets(id)).find((target) => target.status === "succeeded")?.instanceId ?? "";
        const back = await deeds.rollBackTo("1.0", { instances: [changed], by: JONAS });
        await deeds.ended(back, "succeeded");
        expect(await deeds.rollout(id)).toMatchObject({
          status: "paused",
          statusReason: { code: "taken_over_in_part" },
          supersededBy: back,
        });
        await fleet.core.act(MEI, { id, action: "abort" });
        await deeds.ended(id, "cancelled");
        expect(await deeds.story(changed)).toEqual(["1.0 replaced", "2.0 rolled_back", "1.0 runs"]);
        await expectTheTruth(fleet);
      },
      { count: 3 },
    ),
  );
});
