import { describe, expect, it } from "vitest";
import { JONAS, MEI, SERVICE } from "./testing/fleet";
import { type Scene, scene } from "./testing/scene";
import { expectTheTruth } from "./testing/truth";

const SLOWLY = { timeout: 240_000 };
const ONE_BY_ONE = { canary: 1, waveSize: 1, bakeSeconds: 0, minHealthy: "0%", maxParallel: 10, spread: false } as const;
const BRIEFLY = { unknownWaitSeconds: 1, minHealthy: "0%" } as const;

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

describe("rolling back", SLOWLY, () => {
  it(
    "is possible while a deployment runs and when none does, and a deployment is possible right after it [ecspresso#284]",
    scene(async (all) => {
      const { deeds } = all;
      const id = await inTheMiddle(all);
      await deeds.ended((await deeds.takeBack()).id, "succeeded");
      expect((await deeds.ended(id)).status).toBe("superseded");
      await deeds.ended(await deeds.deploy("2.0"), "succeeded");
      await deeds.ended((await deeds.takeBack()).id, "succeeded");
      expect(everywhere(all)).toEqual(["1.0", "1.0"]);
      await expectTheTruth(all.fleet);
    }),
  );

  it(
    "during a deployment leaves no instance held: the next deployment reaches all of them [teletraan#871]",
    scene(async (all) => {
      const { deeds, fleet } = all;
      await inTheMiddle(all);
      await deeds.ended((await deeds.takeBack()).id, "succeeded");
      expect(await fleet.core.db.rolloutTarget.count({ where: { holding: true } })).toBe(0);
      await deeds.runs("3.0");
      expect(everywhere(all)).toEqual(["3.0", "3.0"]);
      await expectTheTruth(fleet);
    }),
  );

  it(
    "that fails too ends, says so, and can be followed by another [pipecd#3468]",
    scene(async (all) => {
      const { deeds, hosts, fleet } = all;
      await deeds.runs("1.0");
      await deeds.runs("2.0");
      hosts.broken.add("1.0").add("2.0");
      const id = await deeds.rollBackTo("1.0", { strategy: { ...BRIEFLY, maxFailed: 0, onFailure: "stop" } });
      expect(await deeds.ended(id, "failed")).toMatchObject({ completedAt: expect.any(Date), result: { ok: false } });
      expect(everywhere(all)).toContain("nothing");
      hosts.broken.clear();
      await deeds.ended(await deeds.rollBackTo("1.0", { rollbackId: "again" }), "succeeded");
      expect(everywhere(all)).toEqual(["1.0", "1.0"]);
      await expectTheTruth(fleet);
    }),
  );

  it(
    "whose package is nowhere to be had stops nothing: what runs goes on running [marathon#4046]",
    scene(async (all) => {
      const { deeds, hosts, fleet } = all;
      await deeds.runs("1.0");
      await deeds.runs("2.0");
      fleet.shelf.remove("shop-1.0.tar.gz");
      for (const host of fleet.hosts) hosts.forgetReleases(host.name);
      const kept = await fleet.core.db.version.findFirstOrThrow({ where: { service: SERVICE, version: "1.0" } });
      await fleet.core.db.packageBlob.deleteMany({ where: { releaseSha256: kept.releaseSha256 } });
      const processes = fleet.instances.map((instance) => hosts.machine(instance).process);
      const id = await deeds.rollBackTo("1.0", { strategy: BRIEFLY });
      expect(await deeds.reaches(id, "paused")).toMatchObject({ statusReason: { code: "failures_exceeded" } });
      for (const target of await deeds.targets(id)) expect(target.failure).toMatchObject({ code: "invalid_package_url" });
      await fleet.core.act(MEI, { id, action: "abort" });
      await deeds.ended(id, "cancelled");
      expect(fleet.instances.map((instance) => hosts.machine(instance).process)).toEqual(processes);
      expect(everywhere(all)).toEqual(["2.0", "2.0"]);
      await expectTheTruth(fleet);
    }),
  );

  it(
    "to a release that was pruned on its hosts brings it again from the console's own store, also when its URL is gone",
    scene(async (all) => {
      const { deeds, hosts, fleet } = all;
      await deeds.runs("1.0");
      await deeds.runs("2.0");
      fleet.shelf.remove("shop-1.0.tar.gz");
      for (const host of fleet.hosts) hosts.forgetReleases(host.name);
      const { id } = await deeds.takeBack();
      await deeds.ended(id, "succeeded");
      expect(await fleet.core.db.step.count({ where: { rolloutId: id, kind: "stage" } })).toBe(fleet.instances.length);
      expect(everywhere(all)).toEqual(["1.0", "1.0"]);
      await expectTheTruth(fleet);
    }),
  );

  it(
    "that was aborted can be asked for again at once [cloud_controller_ng#4232]",
    scene(async (all) => {
      const { deeds, hosts, fleet } = all;
      await deeds.runs("1.0");
      await deeds.runs("2.0");
      hosts.changeMs = 800;
      const first = await deeds.takeBack({ strategy: ONE_BY_ONE });
      await deeds.targetReaches(first.id, "switching");
      await fleet.core.act(JONAS, { id: first.id, action: "abort" });
      await deeds.ended(first.id, "cancelled");
      const second = await deeds.takeBack();
      expect(second.created).toBe(true);
      await deeds.ended(second.id, "succeeded");
      expect(everywhere(all)).toEqual(["1.0", "1.0"]);
      await expectTheTruth(fleet);
    }),
  );

  it(
    "by one click is refused by no other setting: a held service, a dead URL, a deployment that waits for a person [argo-cd#2441]",
    scene(async (all) => {
      const { deeds, fleet } = all;
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      const id = await deeds.deploy("2.0", { strategy: { ...ONE_BY_ONE, promotion: "after_canary" } });
      await deeds.reaches(id, "paused");
      await fleet.core.holdService(JONAS, SERVICE, "release freeze");
      fleet.shelf.remove("shop-1.0.tar.gz");
      fleet.shelf.remove("shop-2.0.tar.gz");
      await deeds.ended((await deeds.takeBack()).id, "succeeded");
      expect(everywhere(all)).toEqual(["1.0", "1.0"]);
      await expectTheTruth(fleet);
    }),
  );

  it(
    "passes neither the canary's gate nor a bake, whatever deployments of the service do [nomad#10882]",
    scene(async (all) => {
      const { deeds, fleet } = all;
      const { settings } = await fleet.core.queries.service(SERVICE);
      const strategy = { canary: 1, bakeSeconds: 600, promotion: "each_wave", minHealthy: "0%" } as const;
      await fleet.core.updateService(MEI, { service: SERVICE, settings: { ...settings, strategy } });
      await deeds.runs("1.0");
      await deeds.runs("2.0");
      const { id } = await deeds.takeBack();
      await deeds.ended(id, "succeeded");
      const codes = await deeds.codes(id);
      for (const code of ["gate_reached", "paused", "baking"]) expect(codes).not.toContain(code);
      expect(everywhere(all)).toEqual(["1.0", "1.0"]);
    }),
  );
});
