import { describe, expect, it } from "vitest";
import { onFleet } from "./testing/on-fleet";
import { expectTheTruth } from "./testing/truth";
import { until } from "./testing/until";

describe("an instance without an earlier version", { timeout: 240_000 }, () => {
  it(
    "that stops answering in its bake, its process still there, is stopped on its host, and the record says so",
    onFleet(
      async (deeds, fleet) => {
        await fleet.publish("1.0");
        const id = await deeds.deploy("1.0", { strategy: { canary: 1, bakeSeconds: 300, minHealthy: "0%" } });
        const target = await deeds.targetReaches(id, "succeeded");
        const [report] = (await fleet.reports()).filter((each) => each.instance === target.instanceId);
        const pid = report?.process?.pid ?? unexpected();
        process.kill(pid, "SIGSTOP");
        await deeds.ended(id, "failed");
        expect((await deeds.rollout(id)).statusReason).toMatchObject({ code: "no_earlier_version", params: { failed: 1 } });
        expect((await deeds.targets(id)).filter((each) => each.status === "failed")).toMatchObject([
          { instanceId: target.instanceId, versionNow: null, failure: { code: "fell_over_in_bake" } },
        ]);
        expect(await deeds.codes(id)).toEqual(expect.arrayContaining(["target_stopping", "target_stopped"]));
        expect(await deeds.story(target.instanceId)).toEqual(["1.0 stopped"]);
        expect((await fleet.reports()).every((each) => each.process === null)).toBe(true);
        expect(await fleet.core.queries.instance(target.instanceId)).toMatchObject({
          status: "error",
          condition: "no_version_running",
          version: "",
        });
        expect(await fleet.core.queries.versionHistory(target.instanceId)).toMatchObject([
          { version: "1.0", status: "deprecated" },
        ]);
        await expectTheTruth(fleet);
        await deeds.runs("2.0");
        await until("it runs again", async () => (await deeds.story(target.instanceId)).includes("2.0 runs"));
      },
      { each: 2, settings: { stopGraceS: 1 } },
    ),
  );
});

function unexpected(): never {
  throw new Error("nothing runs");
}
