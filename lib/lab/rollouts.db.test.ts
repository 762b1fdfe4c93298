import { randomBytes } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Deeds } from "@/lib/deploy/engine/testing/deeds";
import { type Fleet, SERVICE } from "@/lib/deploy/engine/testing/fleet";
import { expectTheTruth } from "@/lib/deploy/engine/testing/truth";
import { until } from "@/lib/deploy/engine/testing/until";
import { fillDisk } from "@/lib/deploy/hosts/testing/full-disk";
import { serverPackage } from "@/lib/deploy/hosts/testing/packages";
import { cutPower, killServer } from "./lab";
import { cable } from "./network";
import { LabScene, lacking, separate } from "./testing/lab-scene";

const MOST = { timeout: 120_000 };
/** The host with a small disk of its own. */
const SMALL = 6;
const DISK_MB = 12;
const FIRST = "shop-11";

let lab: LabScene;

/** A slow version has begun on a host, which writes down every start; the rollout that brings it. */
async function begins(number: number, deeds: Deeds, fleet: Fleet): Promise<{ id: string; starts: () => Promise<string> }> {
  const file = join(lab.host(number).host.root, "starts");
  const starts = () => readFile(file, "utf8").catch(() => "");
  await deeds.runs("1.0");
  const { settings } = await fleet.core.queries.service(SERVICE);
  await fleet.core.updateService(
    { name: "setup" },
    { service: SERVICE, settings: { ...settings, environment: { STARTS: file } } },
  );
  await fleet.publish("2.0", "slow");
  const id = await deeds.deploy("2.0", { strategy: { preset: "all_at_once", maxFailed: 1 } });
  await until("the new version has begun", async () => (await starts()) === "2.0\n");
  return { id, starts };
}

/** A version that takes its time on the line, and room on the disk. */
async function publishLarge(fleet: Fleet, version: string, bytes: number): Promise<number> {
  const large = await serverPackage("good", randomBytes(bytes).toString("base64"));
  fleet.shelf.put(`${SERVICE}-${version}.tar.gz`, large.bytes);
  return large.bytes.length;
}

async function serves(number: number): Promise<string> {
  const answer = await fetch(`http://${lab.host(number).host.address}:8100/version`, { signal: AbortSignal.timeout(5000) });
  return (await answer.text()).trim();
}

describe.skipIf(!separate)(`rollouts on hosts of their own, over SSH${lacking}`, { concurrent: true, ...MOST }, () => {
  beforeAll(async () => {
    lab = await LabScene.open(10, { disks: new Map([[SMALL, DISK_MB]]) });
  });
  afterAll(async () => {
    await lab.close();
  });

  it("deploy, put back what does not come up, and take back", () =>
    lab.run(
      [lab.ref(1), lab.ref(2)],
      async (deeds, fleet) => {
        await deeds.runs("1.0");
        await deeds.runs("2.0");
        await fleet.publish("3.0", "exits");
        await deeds.ended(await deeds.deploy("3.0"), "rolled_back");
        expect(await deeds.story(FIRST)).toEqual(["1.0 replaced", "2.0 runs", "3.0 failed"]);
        await deeds.runs("4.0");
        await deeds.ended((await deeds.takeBack()).id, "succeeded");
        expect((await deeds.story("shop-22")).at(-1)).toBe("2.0 runs");
        await expectTheTruth(fleet);
      },
      { each: 2 },
    ));

  it("go on where a transfer was cut, and send no byte twice that had arrived", () =>
    lab.throughRelay(3, { bitsPerSecond: 8_000_000 }, async (relay, deeds, fleet) => {
      await deeds.runs("1.0");
      const size = await publishLarge(fleet, "2.0", 1_500_000);
      const before = relay.received;
      const id = await deeds.deploy("2.0");
      await until("half of the package is there", () => relay.received - before > size / 2);
      relay.tear();
      await deeds.ended(id, "succeeded");
      expect(relay.received - before).toBeLessThan(size * 1.4);
      expect(await deeds.story(FIRST)).toEqual(["1.0 replaced", "2.0 runs"]);
      await expectTheTruth(fleet);
    }));

  it("collect a change that went on while the cable was cut: it happened once", () =>
    lab.run([lab.ref(4)], async (deeds, fleet) => {
      const { id, starts } = await begins(4, deeds, fleet);
      await cable(lab.place(4), "cut");
      await deeds.targetReaches(id, "unknown");
      await cable(lab.place(4), "whole");
      await deeds.ended(id, "succeeded");
      expect(await starts()).toBe("2.0\n");
      await expectTheTruth(fleet);
    }));

  it("come to their end over a line of 1 Mbit/s with 200 ms each way", () =>
    lab.throughRelay(5, { delayMs: 100, bitsPerSecond: 1_000_000 }, async (_, deeds, fleet) => {
      await deeds.runs("1.0");
      await deeds.runs("2.0");
      await deeds.ended((await deeds.takeBack()).id, "succeeded");
      expect(await deeds.story(FIRST)).toEqual(["1.0 replaced", "2.0 rolled_back", "1.0 runs"]);
      await expectTheTruth(fleet);
    }));

  it("touch nothing on a host whose disk fills up while a package arrives, or before a rollback, and go on once there is room", () =>
    lab.throughRelay(SMALL, { bitsPerSecond: 16_000_000 }, async (relay, deeds, fleet) => {
      const ballast = join(lab.host(SMALL).host.root, "ballast");
      await deeds.runs("1.0");
      const size = await publishLarge(fleet, "2.0", 1_500_000);
      const before = relay.received;
      const id = await deeds.deploy("2.0");
      await until("a part of the package is there", () => relay.received - before > size / 4);
      fillDisk(ballast);
      await deeds.ended(id, "failed");
      expect(await deeds.targets(id)).toMatchObject([{ status: "failed", versionNow: "1.0", failure: { code: "disk_full" } }]);
      expect(await serves(SMALL)).toBe("1.0");
      await rm(ballast);
      await deeds.ended(await deeds.deploy("2.0"), "succeeded");
      fillDisk(ballast);
      const back = (await deeds.takeBack()).id;
      await deeds.ended(back, "failed");
      expect(await deeds.targets(back)).toMatchObject([{ status: "failed", versionNow: "2.0", failure: { code: "disk_full" } }]);
      expect(await serves(SMALL)).toBe("2.0");
      await rm(ballast);
      await deeds.ended((await deeds.takeBack()).id, "succeeded");
      expect(await serves(SMALL)).toBe("1.0");
      await expectTheTruth(fleet);
    }));

  it("collect a change that went on while the SSH server was killed", () =>
    lab.run([lab.ref(7)], async (deeds, fleet) => {
      const { id, starts } = await begins(7, deeds, fleet);
      await killServer(lab.host(7));
      await deeds.ended(id, "succeeded");
      expect(await deeds.codes(id)).toContain("target_unknown");
      expect(await starts()).toBe("2.0\n");
      expect(await deeds.story(FIRST)).toEqual(["1.0 replaced", "2.0 runs"]);
      await expectTheTruth(fleet);
    }));

  it("find the old version on a host that was rebooted in the middle of a change, and say so", () =>
    lab.run([lab.ref(8)], async (deeds, fleet) => {
      const { id } = await begins(8, deeds, fleet);
      await cutPower(lab.host(8));
      await deeds.targetReaches(id, "unknown");
      await lab.powerOn(8);
      const [report] = await fleet.transport.boot(lab.ref(8), [FIRST]);
      expect(report).toMatchObject({ current: { version: "1.0" }, openTx: null });
      await deeds.ended(id);
      expect(await serves(8)).toBe("1.0");
      expect(await deeds.targets(id)).toMatchObject([{ status: "failed", versionNow: "1.0" }]);
      expect((await deeds.story(FIRST)).at(-1)).toBe("2.0 failed");
      await expectTheTruth(fleet);
    }));

  it("cost the others nothing where a host is gone, also the second time", () =>
    lab.run([lab.ref(9), lab.ref(10)], async (deeds, fleet) => {
      await deeds.runs("1.0");
      await cable(lab.place(9), "cut");
      for (const version of ["2.0", "3.0"]) {
        await fleet.publish(version);
        const id = await deeds.deploy(version, { strategy: { preset: "all_at_once", maxFailed: 1 } });
        await deeds.targetReaches(id, "succeeded", "shop-21");
        expect((await deeds.targets(id))[0]).not.toMatchObject({ status: "failed" });
        await deeds.ended(id, "succeeded");
        expect(await deeds.targets(id)).toMatchObject([
          { status: "failed", failure: { code: "host_unreachable" } },
          { status: "succeeded", versionNow: version },
        ]);
      }
      await cable(lab.place(9), "whole");
      expect(await serves(9)).toBe("1.0");
    }));
});
