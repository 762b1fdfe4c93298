import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Deeds } from "@/lib/deploy/engine/testing/deeds";
import { Fleet, type FleetOptions, SERVICE } from "@/lib/deploy/engine/testing/fleet";
import { expectTheTruth } from "@/lib/deploy/engine/testing/truth";
import { until } from "@/lib/deploy/engine/testing/until";
import { createHosts } from "@/lib/deploy/hosts";
import { serverPackage } from "@/lib/deploy/hosts/testing/packages";
import type { SshHost } from "@/lib/deploy/ports";
import { type Lab, type LabHost, startLab, stopLab } from "./lab";
import { cable, hasNamespaces, type Place } from "./network";
import { Relay } from "./relay";
import { hasSshd } from "./sshd";

const separate = hasSshd && (await hasNamespaces());
const lacking = separate ? "" : " (skipped: this machine does not let us give hosts a network of their own)";
const MOST = { timeout: 120_000 };

let lab: Lab;
let folder: string;

/** A host of the lab, as the console knows it. */
function ref(number: number, reached: Partial<Pick<SshHost["ssh"], "host" | "port">> = {}): SshHost {
  const { host } = labHost(number);
  const { host_key: hostKey, ...ssh } = host.ssh;
  return { ...host, ssh: { ...ssh, hostKey, ...reached } };
}

function labHost(number: number): LabHost {
  const found = lab.hosts[number - 1];
  if (found === undefined) throw new Error(`the lab has no host ${number}`);
  return found;
}

function placeOf(number: number): Place {
  const { place } = labHost(number);
  if (place === null) throw new Error("the hosts of this lab share a network");
  return place;
}

/** A test on hosts of the lab, with a worker that reaches them over SSH. */
const onHosts =
  (hosts: () => readonly SshHost[], test: (deeds: Deeds, fleet: Fleet) => Promise<void>, each = 1) =>
  async (): Promise<void> => {
    const { transport } = await createHosts({
      keys: { folder: lab.keys, passphrase: null, agent: null },
      config: null,
      say: ({ code }) => code,
    });
    const options: FleetOptions = { transport, on: hosts(), each };
    const fleet = await Fleet.open(options);
    try {
      await fleet.worker();
      await test(new Deeds(fleet), fleet);
    } finally {
      await fleet.close();
    }
  };

async function throughRelay(
  number: number,
  line: { delayMs?: number; bitsPerSecond?: number },
): Promise<{ relay: Relay; host: SshHost }> {
  const { address, ssh } = labHost(number).host;
  const relay = await Relay.open({ to: { address, port: ssh.port }, ...line });
  return { relay, host: ref(number, { host: "127.0.0.1", port: relay.port }) };
}

describe.skipIf(!separate)(`rollouts on hosts of their own, over SSH${lacking}`, { concurrent: true, ...MOST }, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lab-"));
    await chmod(folder, 0o755);
    lab = await startLab(join(folder, "lab"), 5);
  });
  afterAll(async () => {
    await stopLab(join(folder, "lab"));
    await rm(folder, { recursive: true });
  });

  it("deploy, put back what does not come up, and take back", () =>
    onHosts(
      () => [ref(1), ref(2)],
      async (deeds, fleet) => {
        await deeds.runs("1.0");
        await deeds.runs("2.0");
        await fleet.publish("3.0", "exits");
        await deeds.ended(await deeds.deploy("3.0"), "rolled_back");
        expect(await deeds.story("shop-11")).toEqual(["1.0 replaced", "2.0 runs", "3.0 failed"]);
        await deeds.runs("4.0");
        await deeds.ended((await deeds.takeBack()).id, "succeeded");
        expect((await deeds.story("shop-22")).at(-1)).toBe("2.0 runs");
        await expectTheTruth(fleet);
      },
      2,
    )());

  it("go on where a transfer was cut, and send no byte twice that had arrived", async () => {
    const { relay, host } = await throughRelay(3, { bitsPerSecond: 8_000_000 });
    try {
      await onHosts(
        () => [host],
        async (deeds, fleet) => {
          await deeds.runs("1.0");
          const { bytes } = await serverPackage("good", randomBytes(1_500_000).toString("base64"));
          fleet.shelf.put(`${SERVICE}-2.0.tar.gz`, bytes);
          const before = relay.received;
          const id = await deeds.deploy("2.0");
          await until("half of the package is there", () => relay.received - before > bytes.length / 2);
          relay.tear();
          await deeds.ended(id, "succeeded");
          expect(relay.received - before).toBeLessThan(bytes.length * 1.4);
          expect(await deeds.story("shop-11")).toEqual(["1.0 replaced", "2.0 runs"]);
          await expectTheTruth(fleet);
        },
      )();
    } finally {
      await relay.close();
    }
  });

  it("collect a change that went on while the cable was cut: it happened once", () =>
    onHosts(
      () => [ref(4)],
      async (deeds, fleet) => {
        const starts = join(labHost(4).host.root, "starts");
        await deeds.runs("1.0");
        const settings = (await fleet.core.queries.service(SERVICE)).settings;
        await fleet.core.updateService(
          { name: "setup" },
          { service: SERVICE, settings: { ...settings, environment: { STARTS: starts } } },
        );
        await fleet.publish("2.0", "slow");
        const id = await deeds.deploy("2.0", { strategy: { preset: "all_at_once", maxFailed: 1 } });
        await until("the new version has begun", async () => (await readFile(starts, "utf8").catch(() => "")) === "2.0\n");
        await cable(placeOf(4), "cut");
        await deeds.targetReaches(id, "unknown");
        await cable(placeOf(4), "whole");
        await deeds.ended(id, "succeeded");
        expect(await readFile(starts, "utf8")).toBe("2.0\n");
        await expectTheTruth(fleet);
      },
    )());

  it("come to their end over a line of 1 Mbit/s with 200 ms each way", async () => {
    const { relay, host } = await throughRelay(5, { delayMs: 100, bitsPerSecond: 1_000_000 });
    try {
      await onHosts(
        () => [host],
        async (deeds, fleet) => {
          await deeds.runs("1.0");
          await deeds.runs("2.0");
          await deeds.ended((await deeds.takeBack()).id, "succeeded");
          expect(await deeds.story("shop-11")).toEqual(["1.0 replaced", "2.0 rolled_back", "1.0 runs"]);
          await expectTheTruth(fleet);
        },
      )();
    } finally {
      await relay.close();
    }
  });
});
