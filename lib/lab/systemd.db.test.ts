import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Deeds } from "@/lib/deploy/engine/testing/deeds";
import { Fleet } from "@/lib/deploy/engine/testing/fleet";
import { expectTheTruth } from "@/lib/deploy/engine/testing/truth";
import { until } from "@/lib/deploy/engine/testing/until";
import { machineHost } from "@/lib/deploy/hosts/testing/machine-host";
import { Machine, machineLacking } from "./machine";

const lacking = machineLacking();
const UNIT = { runs: { kind: "systemd", hardened: true, writable: [] } } as const;

async function versionAt(port: number): Promise<string | null> {
  try {
    return (await (await fetch(`http://127.0.0.1:${port}/version`)).text()).trim();
  } catch {
    return null;
  }
}

it.skipIf(lacking !== "")(
  `the console sees what systemd does to its instances: put back, restarted, rolled back, rebooted${lacking === "" ? "" : ` (skipped: ${lacking})`}`,
  { timeout: 180_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "systemd-lab-"));
    await chmod(folder, 0o755);
    const machine = await Machine.start(join(folder, "machine"));
    const on = await machineHost(machine);
    const fleet = await Fleet.open({ transport: on.transport, on: [on.host], each: 1, settings: UNIT });
    try {
      const deeds = new Deeds(fleet);
      const [instance = ""] = fleet.instances;
      const unit = `slipway-${instance}.service`;
      const { port } = await fleet.core.db.instance.findUniqueOrThrow({ where: { id: instance } });
      await fleet.worker();
      await deeds.runs("1.0");
      await fleet.publish("2.0", "exits");
      await deeds.ended(await deeds.deploy("2.0"), "rolled_back");
      await deeds.runs("3.0");

      await machine.run("systemctl", "kill", "--kill-whom=main", "--signal=KILL", unit);
      await until("systemd started it again", async () => (await versionAt(port)) === "3.0");
      await until("the restart is told", async () => {
        await fleet.core.db.$executeRaw`UPDATE hosts SET next_inspect_at = clock_timestamp()`;
        return (await fleet.core.db.event.count({ where: { code: "instance_restarted", instanceId: instance } })) > 0;
      });

      await deeds.ended((await deeds.takeBack()).id, "succeeded");
      expect(await versionAt(port)).toBe("1.0");

      await machine.reboot();
      await until("it came back with what was verified last", async () => (await versionAt(port)) === "1.0");
      await until("the console has seen its new process", async () => {
        await fleet.core.db.$executeRaw`UPDATE hosts SET next_inspect_at = clock_timestamp()`;
        const seen = await fleet.core.queries.instance(instance);
        return seen.status === "active" && seen.process !== null;
      });
      expect((await machine.run("systemctl", "is-active", unit)).trim()).toBe("active");
      expect(await deeds.story(instance)).toEqual(["1.0 replaced", "2.0 failed", "3.0 rolled_back", "1.0 runs"]);
      await expectTheTruth(fleet);
    } finally {
      await fleet.close();
      await machine.cut();
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    }
  },
);
