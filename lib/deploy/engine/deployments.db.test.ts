import { describe, expect, it } from "vitest";
import { serverPackage } from "../hosts/testing/packages";
import { Deeds } from "./testing/deeds";
import { AT_ONCE, Fleet, JONAS, MEI, SERVICE } from "./testing/fleet";
import { onFleet } from "./testing/on-fleet";
import { expectTheTruth } from "./testing/truth";

const CANARY = { canary: 1, waveSize: "100%", bakeSeconds: 0, minHealthy: "0%", maxParallel: 10 } as const;

describe("a deployment on real hosts", { timeout: 240_000 }, () => {
  it(
    "goes canary first, bakes, and ends with every instance on the version",
    onFleet(
      async (deeds, fleet) => {
        await deeds.runs("1.0");
        await fleet.publish("2.0");
        const id = await deeds.deploy("2.0", { strategy: { ...CANARY, bakeSeconds: 1 } });
        const { result, ok, changed } = await deeds.ended(id, "succeeded");
        expect({ ok, changed }).toEqual({ ok: true, changed: true });
        expect(result).toMatchObject({ instances: expect.arrayContaining([...fleet.instances]), failedInstances: [] });
        const codes = await deeds.codes(id);
        expect(codes.filter((code) => code === "wave_started" || code === "baking" || code === "baked")).toEqual([
          "wave_started",
          "baking",
          "baked",
          "wave_started",
          "baking",
          "baked",
        ]);
        for (const instance of fleet.instances) expect(await deeds.story(instance)).toEqual(["1.0 replaced", "2.0 runs"]);
        await expectTheTruth(fleet);
      },
      { hosts: 2, each: 2 },
    ),
  );

  it(
    "of a version that exits is put back by the host, with the evidence in the target and the history",
    onFleet(async (deeds, fleet) => {
      await deeds.runs("1.0");
      await fleet.publish("2.0", "exits");
      const id = await deeds.deploy("2.0", { strategy: CANARY });
      await deeds.ended(id, "rolled_back");
      const [canary, rest] = await deeds.targets(id);
      expect(canary).toMatchObject({
        status: "failed",
        versionNow: "1.0",
        failure: { step: "verify", code: "exited", evidence: { exitCode: 3 } },
      });
      expect(JSON.stringify(canary?.failure)).toContain("the configuration is wrong");
      expect(rest).toMatchObject({ status: "skipped", failure: null });
      const [good, bad] = await deeds.history(canary?.instanceId ?? "");
      expect(good).toMatchObject({ version: "1.0", outcome: null });
      expect(bad).toMatchObject({
        version: "2.0",
        outcome: "failed",
        openedBy: "deployment",
        rolloutId: id,
        attempt: 1,
        requestedBy: "Mei",
        failure: { code: "exited" },
      });
      expect(await deeds.story(rest?.instanceId ?? "")).toEqual(["1.0 runs"]);
      await expectTheTruth(fleet);
    }),
  );

  it(
    "of a version that never becomes healthy is put back when its start deadline has passed",
    onFleet(
      async (deeds, fleet) => {
        await deeds.runs("1.0");
        await fleet.publish("2.0", "sick");
        const id = await deeds.deploy("2.0", { strategy: CANARY });
        await deeds.ended(id, "rolled_back");
        expect((await deeds.targets(id))[0]).toMatchObject({
          status: "failed",
          versionNow: "1.0",
          failure: { code: "unhealthy" },
        });
        expect(JSON.stringify((await deeds.targets(id))[0]?.failure)).toContain("503");
        await expectTheTruth(fleet);
      },
      { settings: { startDeadlineS: 2 } },
    ),
  );

  it(
    "that fails on one instance puts the others back, each as a change of its own",
    onFleet(async (deeds, fleet) => {
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      const { db } = fleet.core;
      const [first, second] = fleet.instances;
      // What the second one needs to come up is taken away from it: its port.
      const row = await db.instance.findUniqueOrThrow({ where: { id: second } });
      const id = await deeds.deploy("2.0", {
        strategy: { canary: 1, waveSize: 1, bakeSeconds: 0, minHealthy: "0%", promotion: "after_canary" },
      });
      await deeds.reaches(id, "paused");
      expect((await deeds.targets(id)).map((target) => target.status)).toEqual(["succeeded", "staged"]);
      const [report] = await fleet.transport.inspect(fleet.hosts[0] ?? unexpected(), [second ?? ""]);
      process.kill(report?.process?.pid ?? unexpected(), "SIGKILL");
      const squatter = await occupy(row.port);
      await fleet.core.act(MEI, { id, action: "promote", wave: 2 });
      await deeds.ended(id, "failed");
      await new Promise<void>((resolve) => squatter.close(() => resolve()));
      expect(await deeds.story(first ?? "")).toEqual(["1.0 replaced", "2.0 put_back", "1.0 runs"]);
      const back = (await deeds.history(first ?? "")).at(-1);
      expect(back).toMatchObject({ openedBy: "put_back", rolloutId: id, attempt: 2 });
      expect((await deeds.rollout(id)).statusReason).toMatchObject({ code: "rollback_incomplete" });
    }),
  );

  it(
    "of a first version that fails leaves the instance stopped, and says that no version runs",
    onFleet(
      async (deeds, fleet) => {
        await fleet.publish("1.0", "exits");
        const id = await deeds.deploy("1.0");
        await deeds.ended(id, "failed");
        await fleet.core.db.host.updateMany({ data: { nextInspectAt: new Date(0) } });
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        const [instance] = fleet.instances;
        const info = await fleet.core.queries.instance(instance ?? "");
        expect(info).toMatchObject({ status: "error", condition: "no_version_running", version: "" });
        expect(await fleet.core.db.event.count({ where: { code: "instance_drifted" } })).toBe(0);
      },
      { each: 1 },
    ),
  );

  it(
    "that finds the version running already touches nothing",
    onFleet(async (deeds, fleet) => {
      await deeds.runs("1.0");
      const before = await fleet.reports();
      const id = await deeds.deploy("1.0");
      expect((await deeds.ended(id, "succeeded")).changed).toBe(false);
      expect(await fleet.reports()).toMatchObject(before.map(({ process }) => ({ process })));
      for (const target of await deeds.targets(id)) expect(target).toMatchObject({ status: "succeeded", changed: false });
      for (const instance of fleet.instances) expect(await deeds.story(instance)).toEqual(["1.0 runs"]);
    }),
  );

  it(
    "as a restart starts every process anew on its version, and is no change that a click would take back",
    onFleet(async (deeds, fleet) => {
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      const first = await deeds.deploy("2.0");
      await deeds.ended(first, "succeeded");
      const before = new Map((await fleet.reports()).map((report) => [report.instance, report.process?.pid]));
      const { id } = await fleet.core.restart(MEI, {
        deployId: "again",
        service: SERVICE,
        instances: fleet.instances,
        strategy: AT_ONCE,
      });
      expect((await deeds.ended(id, "succeeded")).changed).toBe(false);
      for (const report of await fleet.reports()) expect(report.process?.pid).not.toBe(before.get(report.instance));
      const { id: back } = await deeds.takeBack();
      expect((await deeds.ended(back, "succeeded")).takesBack).toBe(first);
      for (const report of await fleet.reports()) expect(report.current?.version).toBe("1.0");
      await expectTheTruth(fleet);
    }),
  );
});

describe("what is refused before anything begins, and what fails while preparing", { timeout: 240_000 }, () => {
  it(
    "a version is bound to its bytes: other bytes end in version_content_changed, and no host is touched",
    onFleet(async (deeds, fleet) => {
      await deeds.runs("1.0");
      await deeds.runs("2.0");
      const other = fleet.shelf.put("other.tar.gz", (await serverPackage("good", "other bytes")).bytes);
      const before = await fleet.reports();
      const id = await deeds.deploy("1.0", { packageUrl: other });
      const { result } = await deeds.ended(id, "failed");
      expect(JSON.stringify(result)).toContain("version_content_changed");
      for (const target of await deeds.targets(id))
        expect(target).toMatchObject({
          status: "failed",
          versionNow: "2.0",
          failure: { step: "package", code: "version_content_changed" },
        });
      expect(await fleet.reports()).toEqual(before);
      expect(await fleet.core.db.step.count({ where: { rolloutId: id } })).toBe(0);
    }),
  );

  it(
    "a URL that dies between the question and the fetch fails it while preparing",
    onFleet(async (deeds, fleet) => {
      const url = await fleet.publish("1.0");
      const id = await deeds.deploy("1.0", { strategy: { ...AT_ONCE, graceSeconds: 1 } });
      fleet.shelf.remove("shop-1.0.tar.gz");
      const { result, statusReason } = await deeds.ended(id, "failed");
      expect(statusReason).toMatchObject({ code: "package", params: { code: "invalid_package_url" } });
      expect(JSON.stringify(result)).toContain("invalid_package_url");
      expect(url).toBe(fleet.urlOf("1.0"));
    }),
  );

  it(
    "a dead URL is refused at once, and the id stays free",
    onFleet(async (deeds, fleet) => {
      await expect(deeds.deploy("1.0", { deployId: "mine" })).rejects.toMatchObject({ code: "invalid_package_url" });
      expect(await fleet.core.db.rollout.count()).toBe(0);
      await fleet.publish("1.0");
      expect(await deeds.deploy("1.0", { deployId: "mine" })).toBe("mine");
      await deeds.ended("mine", "succeeded");
    }),
  );

  it(
    "the same id with the same request is the same rollout, also when the URL is gone; with another one it is id_reused",
    onFleet(async (deeds, fleet) => {
      await fleet.publish("1.0");
      const request = {
        deployId: "mine",
        service: SERVICE,
        version: "1.0",
        instances: fleet.instances,
        packageUrl: fleet.urlOf("1.0"),
        strategy: AT_ONCE,
      };
      const twins = await Promise.all([
        fleet.core.startDeployment(MEI, request),
        fleet.core.startDeployment(MEI, request),
        fleet.core.startDeployment(JONAS, request),
      ]);
      expect(twins.map((twin) => twin.id)).toEqual(["mine", "mine", "mine"]);
      expect(twins.filter((twin) => twin.created)).toHaveLength(1);
      await deeds.ended("mine", "succeeded");
      fleet.shelf.remove("shop-1.0.tar.gz");
      const again = { ...request, instances: [...fleet.instances].reverse() };
      expect(await fleet.core.startDeployment(JONAS, again)).toEqual({ id: "mine", created: false });
      await expect(fleet.core.startDeployment(MEI, { ...request, reason: "another" })).rejects.toMatchObject({
        code: "id_reused",
        more: { conflict: { rolloutId: "mine", requestedBy: expect.any(String) } },
      });
      await expect(deeds.rollBackTo("1.0", { rollbackId: "mine" })).rejects.toMatchObject({ code: "id_reused" });
      expect(await fleet.core.db.rollout.count()).toBe(1);
    }),
  );

  it("instances of a live rollout are busy, a withdrawn version stays out, and nothing begins without a worker", async () => {
    const fleet = await Fleet.open();
    const deeds = new Deeds(fleet);
    try {
      await fleet.publish("1.0");
      await expect(deeds.deploy("1.0")).rejects.toMatchObject({ code: "no_worker" });
      const worker = await fleet.worker();
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      const id = await deeds.deploy("2.0", { strategy: { ...CANARY, promotion: "each_wave" } });
      await deeds.reaches(id, "paused");
      await expect(deeds.deploy("1.0", { by: JONAS })).rejects.toMatchObject({
        code: "instance_busy",
        more: { conflict: { rolloutId: id, requestedBy: "Mei" } },
      });
      await fleet.core.act(MEI, { id, action: "abort" });
      await deeds.ended(id, "cancelled");
      await fleet.core.withdrawVersion(MEI, { service: SERVICE, version: "2.0" }, "it loses orders");
      await expect(deeds.deploy("2.0")).rejects.toMatchObject({ code: "version_withdrawn" });
      await fleet.stopWorker(worker);
      await expect(deeds.deploy("1.0")).rejects.toMatchObject({ code: "no_worker" });
    } finally {
      await fleet.close();
    }
  });
});

function unexpected(): never {
  throw new Error("the test's own fleet is not as it was made");
}

async function occupy(port: number) {
  const { createServer } = await import("node:http");
  const server = createServer((_, response) => response.writeHead(200).end("squatter"));
  for (;;) {
    const taken = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (taken) return server;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
