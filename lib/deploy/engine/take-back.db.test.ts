import { describe, expect, it } from "vitest";
import type { Deeds } from "./testing/deeds";
import { type Fleet, JONAS, MEI, SERVICE } from "./testing/fleet";
import { inMemory, onFleet } from "./testing/on-fleet";
import { expectTheTruth } from "./testing/truth";

const WAVES = { canary: 1, waveSize: "100%", bakeSeconds: 0, minHealthy: "0%", maxParallel: 10 } as const;

const everywhere = async (fleet: Fleet) => [
  ...new Set((await fleet.reports()).map((report) => (report.process === null ? "nothing" : report.current?.version))),
];

/** Two versions everywhere, one after the other; the id of the second deployment. */
async function twoVersions(deeds: Deeds): Promise<string> {
  await deeds.runs("1.0");
  return deeds.runs("2.0");
}

describe("a named rollback", { timeout: 240_000 }, () => {
  it(
    "brings every instance to the version with the settings that it had there, also when the URL is gone and the service held",
    onFleet(async (deeds, fleet) => {
      await twoVersions(deeds);
      await fleet.core.holdService(JONAS, SERVICE, "release freeze");
      fleet.shelf.remove("shop-1.0.tar.gz");
      const id = await deeds.rollBackTo("1.0");
      expect((await deeds.ended(id, "succeeded")).result).toMatchObject({ ok: true });
      expect(await everywhere(fleet)).toEqual(["1.0"]);
      for (const instance of fleet.instances)
        expect(await deeds.story(instance)).toEqual(["1.0 replaced", "2.0 rolled_back", "1.0 runs"]);
      expect((await deeds.history(fleet.instances[0] ?? "")).at(-1)).toMatchObject({
        openedBy: "rollback",
        rolloutId: id,
        revision: 1,
      });
      await expectTheTruth(fleet);
    }),
  );

  it(
    "is accepted without any worker, and done when there is one",
    onFleet(
      async (deeds, fleet) => {
        const worker = await fleet.worker();
        await twoVersions(deeds);
        await fleet.stopWorker(worker);
        const id = await deeds.rollBackTo("1.0");
        expect(await deeds.rollout(id)).toMatchObject({ status: "scheduled", waitingFor: { code: "worker" } });
        await fleet.worker();
        await deeds.ended(id, "succeeded");
        expect(await everywhere(fleet)).toEqual(["1.0"]);
      },
      () => ({ ...inMemory(), workers: 0 }),
    ),
  );

  it(
    "does not pass a barrier unless it says so",
    onFleet(async (deeds, fleet) => {
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      const second = await deeds.deploy("2.0", { barrier: { reason: "the orders table was split" } });
      await deeds.ended(second, "succeeded");
      await deeds.runs("3.0");
      const past = { code: "barrier", params: { version: "2.0", reason: "the orders table was split" } };
      await expect(deeds.rollBackTo("1.0")).rejects.toMatchObject(past);
      await deeds.ended(await deeds.rollBackTo("2.0"), "succeeded");
      await expect(deeds.rollBackTo("1.0", { rollbackId: "far" })).rejects.toMatchObject(past);
      await expect(deeds.takeBack({ takesBack: second })).rejects.toMatchObject({ code: "no_rollback_target" });
      await deeds.ended(await deeds.rollBackTo("1.0", { rollbackId: "far", pastBarrier: true }), "succeeded");
      expect(await everywhere(fleet)).toEqual(["1.0"]);
    }, inMemory),
  );

  it(
    "to a withdrawn version is done, and one click never chooses one",
    onFleet(async (deeds, fleet) => {
      await deeds.runs("1.0");
      await deeds.runs("2.0");
      await deeds.runs("3.0");
      await fleet.core.withdrawVersion(MEI, { service: SERVICE, version: "2.0" }, "it loses orders");
      const { id } = await deeds.takeBack();
      await deeds.ended(id, "succeeded");
      expect(await everywhere(fleet)).toEqual(["1.0"]);
      await deeds.ended(await deeds.rollBackTo("2.0"), "succeeded");
      expect(await everywhere(fleet)).toEqual(["2.0"]);
    }, inMemory),
  );
});

describe("one-click rollback", { timeout: 240_000 }, () => {
  it(
    "takes back an ended deployment, once: the second person gets the first one's rollback, and nobody walks further",
    onFleet(async (deeds, fleet) => {
      await deeds.runs("1.0");
      await deeds.runs("2.0");
      const third = await deeds.runs("3.0");
      const [mei, jonas] = await Promise.all([deeds.takeBack({ by: MEI }), deeds.takeBack({ by: JONAS })]);
      expect(jonas.id).toBe(mei.id);
      expect([mei.created, jonas.created].sort()).toEqual([false, true]);
      expect((await deeds.ended(mei.id, "succeeded")).takesBack).toBe(third);
      expect(await deeds.takeBack({ by: JONAS })).toEqual({ id: mei.id, created: false });
      expect(await everywhere(fleet)).toEqual(["2.0"]);
      expect(await fleet.core.db.rollout.count({ where: { kind: "rollback" } })).toBe(1);
      await expectTheTruth(fleet);
    }, inMemory),
  );

  it(
    "that found nothing left to do stays without effect when it is sent once more, also after something newer came",
    onFleet(async (deeds, fleet) => {
      await twoVersions(deeds);
      const first = await deeds.takeBack();
      await deeds.ended(first.id, "succeeded");
      const late = { rollbackId: "late" };
      expect(await deeds.takeBack(late)).toEqual({ id: first.id, created: false });
      const newer = await deeds.runs("3.0");
      expect(await deeds.takeBack(late)).toEqual({ id: first.id, created: false });
      expect(await everywhere(fleet)).toEqual(["3.0"]);
      await expect(deeds.takeBack({ ...late, takesBack: newer })).rejects.toMatchObject({ code: "id_reused" });
      await expect(deeds.deploy("1.0", { deployId: "late" })).rejects.toMatchObject({ code: "id_reused" });
      expect(await fleet.core.db.rollout.count({ where: { kind: "rollback" } })).toBe(1);
    }, inMemory),
  );

  it(
    "double-clicked, with one id, is one rollback",
    onFleet(async (deeds, fleet) => {
      await twoVersions(deeds);
      const clicks = await Promise.all([1, 2, 3].map(() => deeds.takeBack({ rollbackId: "click" })));
      expect(clicks.map((click) => click.id)).toEqual(["click", "click", "click"]);
      expect(clicks.filter((click) => click.created)).toHaveLength(1);
      await deeds.ended("click", "succeeded");
      expect(await fleet.core.db.rollout.count({ where: { kind: "rollback" } })).toBe(1);
    }, inMemory),
  );

  it(
    "during a running deployment takes its instances over: what is under way is cancelled on its host and told under the deployment",
    onFleet(async (deeds, fleet) => {
      await deeds.runs("1.0");
      await fleet.publish("2.0", "sick");
      const deployment = await deeds.deploy("2.0", { strategy: WAVES });
      const { instanceId } = await deeds.targetReaches(deployment, "switching");
      const { id } = await deeds.takeBack({ by: JONAS });
      expect(await deeds.ended(deployment)).toMatchObject({ status: "superseded", supersededBy: id });
      await deeds.ended(id, "succeeded");
      const [changed, untouched] = (await deeds.targets(deployment)).sort((a) => (a.instanceId === instanceId ? -1 : 1));
      expect([changed?.status, untouched?.status]).toEqual(["taken_over", "skipped"]);
      expect((await deeds.targets(id)).map((target) => target.instanceId)).toEqual([instanceId]);
      const cancelled = (await deeds.history(instanceId)).find((row) => row.version === "2.0");
      expect(cancelled).toMatchObject({
        rolloutId: deployment,
        attempt: 1,
        openedBy: "deployment",
        outcome: "put_back",
        failure: { code: "cancelled" },
      });
      expect(await everywhere(fleet)).toEqual(["1.0"]);
      await expectTheTruth(fleet);
    }),
  );

  it(
    "takes back what a paused deployment has changed so far, and only that",
    onFleet(async (deeds, fleet) => {
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      const deployment = await deeds.deploy("2.0", { strategy: { ...WAVES, promotion: "after_canary" } });
      await deeds.reaches(deployment, "paused");
      const { id } = await deeds.takeBack();
      await deeds.ended(id, "succeeded");
      expect((await deeds.ended(deployment)).status).toBe("superseded");
      expect(await deeds.targets(id)).toHaveLength(1);
      expect(await everywhere(fleet)).toEqual(["1.0"]);
      await expectTheTruth(fleet);
    }, inMemory),
  );

  it(
    "finds nothing to take back after an automatic reversal, and says what runs",
    onFleet(async (deeds, fleet) => {
      await twoVersions(deeds);
      await fleet.publish("3.0", "exits");
      await deeds.ended(await deeds.deploy("3.0"), "rolled_back");
      await expect(deeds.takeBack()).rejects.toMatchObject({ code: "no_rollback_target", params: { runs: ["2.0"] } });
      expect(await everywhere(fleet)).toEqual(["2.0"]);
    }),
  );

  it(
    "undone in its grace leaves the running deployment to go on to its end, and lifts the hold that it set",
    onFleet(async (deeds, fleet) => {
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      const deployment = await deeds.deploy("2.0", { strategy: { ...WAVES, promotion: "after_canary" } });
      await deeds.reaches(deployment, "paused");
      const { id } = await deeds.takeBack({ by: JONAS, hold: true, reason: "orders are lost", strategy: { graceSeconds: 600 } });
      expect(await deeds.rollout(deployment)).toMatchObject({ heldBy: id });
      expect(await fleet.core.db.service.findUnique({ where: { name: SERVICE } })).toMatchObject({
        heldBy: "Jonas",
        heldReason: "orders are lost",
      });
      await expect(fleet.core.act(MEI, { id: deployment, action: "promote", wave: 2 })).rejects.toMatchObject({
        code: "invalid_transition",
      });
      await fleet.core.act(JONAS, { id, action: "undo" });
      expect(await deeds.ended(id)).toMatchObject({ status: "cancelled", statusReason: { code: "undone" } });
      expect(await fleet.core.db.service.findUnique({ where: { name: SERVICE } })).toMatchObject({ heldBy: null });
      await fleet.core.act(MEI, { id: deployment, action: "promote", wave: 2 });
      await deeds.ended(deployment, "succeeded");
      expect(await everywhere(fleet)).toEqual(["2.0"]);
      const again = await deeds.takeBack();
      expect(again.created).toBe(true);
      await deeds.ended(again.id, "succeeded");
      await expectTheTruth(fleet);
    }, inMemory),
  );

  it(
    "started now does not wait for its grace; it holds the service until a person releases it",
    onFleet(async (deeds, fleet) => {
      await twoVersions(deeds);
      const { id } = await deeds.takeBack({ hold: true, reason: "orders are lost", strategy: { graceSeconds: 600 } });
      expect(await deeds.rollout(id)).toMatchObject({ status: "scheduled" });
      await fleet.core.act(MEI, { id, action: "start_now" });
      await deeds.ended(id, "succeeded");
      const held = { code: "held", params: { by: "Mei", reason: "orders are lost" } };
      await expect(deeds.deploy("2.0")).rejects.toMatchObject(held);
      await fleet.core.releaseService(MEI, SERVICE);
      await deeds.ended(await deeds.deploy("2.0"), "succeeded");
    }, inMemory),
  );

  it(
    "is refused with the new plan when the facts have changed since the plan was shown",
    onFleet(async (deeds, fleet) => {
      await twoVersions(deeds);
      const shown = await fleet.core.preview(MEI, { kind: "take_back", service: SERVICE });
      expect(shown.targets.map((target) => [target.fromVersion, target.toVersion])).toEqual([
        ["2.0", "1.0"],
        ["2.0", "1.0"],
      ]);
      await deeds.runs("3.0");
      await expect(deeds.takeBack({ rollbackId: "click", planToken: shown.planToken })).rejects.toMatchObject({
        code: "plan_changed",
        more: {
          plan: {
            planToken: expect.not.stringMatching(shown.planToken),
            targets: [{ fromVersion: "3.0" }, { fromVersion: "3.0" }],
          },
        },
      });
      expect(await fleet.core.db.rollout.count({ where: { kind: "rollback" } })).toBe(0);
      const now = await fleet.core.preview(MEI, { kind: "take_back", service: SERVICE });
      await deeds.ended((await deeds.takeBack({ rollbackId: "click", planToken: now.planToken })).id, "succeeded");
      expect(await everywhere(fleet)).toEqual(["2.0"]);
    }, inMemory),
  );

  it(
    "of a rollback that itself was a mistake brings the version back, and leaves both stable",
    onFleet(
      async (deeds, fleet) => {
        await twoVersions(deeds);
        const { id } = await deeds.takeBack();
        await deeds.ended(id, "succeeded");
        const undo = await deeds.takeBack({ takesBack: id });
        await deeds.ended(undo.id, "succeeded");
        expect(await everywhere(fleet)).toEqual(["2.0"]);
        expect(await deeds.story(fleet.instances[0] ?? "")).toEqual([
          "1.0 replaced",
          "2.0 rolled_back",
          "1.0 restored",
          "2.0 runs",
        ]);
      },
      () => ({ ...inMemory(), each: 1 }),
    ),
  );
});
