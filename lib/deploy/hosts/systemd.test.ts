import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ACCOUNTS, type Account, Machine, machineLacking } from "@/lib/lab/machine";
import type { ServiceSettings } from "../domain/settings";
import { type MachineHost, machineHost, machineTransport } from "./testing/machine-host";
import { Site } from "./testing/site";

const UNIT: Partial<ServiceSettings> = { runs: { kind: "systemd", hardened: true, writable: [] } };

const lacking = machineLacking();
let machine: Machine;
let folder: string;
let sites = 0;

const inSite =
  (test: (site: Site, on: MachineHost) => Promise<void>, as: Account | null = null) =>
  async () => {
    sites += 1;
    const instance = `shop-${sites}`;
    const on = await machineHost(machine, as);
    const site = await Site.open(on, instance);
    try {
      await test(site, on);
    } finally {
      await site.dispose();
    }
  };

/** Ends the main process of the instance, as this machine knows it. */
async function kill(site: Site, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
  const [pid = 0, ...more] = await site.processes();
  expect({ pid: pid > 0, more }).toEqual({ pid: true, more: [] });
  process.kill(pid, signal);
}

async function property(site: Site, name: string): Promise<string> {
  return (await machine.run("systemctl", "show", `--property=${name}`, "--value", `slipway-${site.instance}.service`)).trim();
}

const allStarts = async (on: MachineHost) => (await readFile(join(on.folder, "starts"), "utf8")).trim().split("\n");

/** A service that writes down its starts, in a folder that it may write to. */
const noting = (on: MachineHost): Partial<ServiceSettings> => ({
  runs: { kind: "systemd", hardened: true, writable: [on.host.root] },
  environment: { STARTS: join(on.host.root, "starts") },
});

describe.skipIf(lacking !== "")(
  `a unit of systemd${lacking === "" ? "" : ` (skipped: ${lacking})`}`,
  { concurrent: true, timeout: 90_000 },
  () => {
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "systemd-"));
      await chmod(folder, 0o755);
      machine = await Machine.start(join(folder, "machine"));
    }, 90_000);
    afterAll(async () => {
      await machine.cut();
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    });

    it(
      "brings a version up, with its values untouched, its secrets in no unit and no argument",
      inSite(async (site, on) => {
        const hostile = "a b'c\"$(touch /nowhere) `x` \\ \n\t%s %h $HOME é";
        const result = await site.deploy({
          settings: {
            ...UNIT,
            environment: { HOSTILE: hostile, SECRET: "hunter2hunter2" },
            start: ["node", "server.mjs", hostile, ""],
          },
        });
        expect(result).toMatchObject({ kind: "verified" });
        const environment: Record<string, string> = JSON.parse((await site.serves("/environment")) ?? "{}");
        expect(environment).toMatchObject({ HOSTILE: hostile, PORT: String(site.port), SLIPWAY_VERSION: "1.0" });
        expect(environment).not.toHaveProperty("LC_ALL");
        const [pid] = await site.processes();
        expect((await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0").slice(1)).toEqual(["server.mjs", hostile, "", ""]);
        expect(await machine.run("systemctl", "cat", `slipway-${site.instance}.service`)).not.toContain("hunter2");
        expect(await machine.run("stat", "-c", "%a", `/run/slipway/${site.instance}.spec`)).toBe("400\n");
        expect(await property(site, "MainPID")).toBe(String((await site.report()).process?.pid));
        expect(on.folder).toContain(" ");
      }),
    );

    it(
      "shuts the service off, as far as the settings let it",
      inSite(async (site, on) => {
        const shell = 'for at in /etc/x "$WRITABLE/x" /tmp/x; do touch "$at" && echo "may write $at"; done; exec node server.mjs';
        const start = ["sh", "-c", shell] as const;
        const environment = { WRITABLE: on.host.root };
        const said = async () => {
          await machine.run("journalctl", "--sync");
          return machine.run("journalctl", "-o", "cat", `_SYSTEMD_UNIT=slipway-${site.instance}.service`);
        };
        await site.deploy({ settings: { ...UNIT, start, environment } });
        expect((await said()).match(/may write .*/g)).toEqual(["may write /tmp/x"]);
        expect(await property(site, "NoNewPrivileges")).toBe("yes");
        await site.deploy({ revision: 2, settings: { ...noting(on), start, environment } });
        expect((await said()).match(/may write .*/g)?.slice(1)).toEqual([`may write ${on.host.root}/x`, "may write /tmp/x"]);
        await site.deploy({
          revision: 3,
          settings: { runs: { kind: "systemd", hardened: false, writable: [] }, start, environment },
        });
        expect((await said()).match(/may write .*/g)?.slice(3)).toHaveLength(3);
        expect(await property(site, "NoNewPrivileges")).toBe("no");
      }),
    );

    it(
      "puts the old version back when the new one exits, with the last lines of its journal, and starts nothing twice",
      inSite(async (site, on) => {
        await site.deploy({ settings: noting(on) });
        expect(await site.deploy({ version: "2.0", behaviour: "exits", settings: noting(on) })).toMatchObject({
          kind: "reverted",
          code: "exited",
          evidence: { exitCode: 3, log: ["starting 2.0 as exits", "the configuration is wrong"] },
        });
        expect(await site.deploy({ version: "2.1", settings: { ...noting(on), start: ["./nothing"] } })).toMatchObject({
          kind: "reverted",
          code: "start_failed",
        });
        const sick = await site.deploy({ version: "3.0", behaviour: "sick", settings: { ...noting(on), startDeadlineS: 0.6 } });
        expect(sick).toMatchObject({ kind: "reverted", code: "unhealthy", evidence: { log: ["starting 3.0 as sick"] } });
        expect(await site.serves()).toBe("1.0");
        expect(await allStarts(on)).toEqual(["1.0", "2.0", "1.0", "1.0", "3.0", "1.0"]);
        expect(await site.processes()).toHaveLength(1);
      }),
    );

    it(
      "is started again when it falls over, which its report counts, and not while a change is under way",
      inSite(async (site, on) => {
        await site.deploy({ settings: noting(on) });
        await kill(site);
        expect(await site.until((report) => report.process !== null && report.restarts === 1)).toMatchObject({ openTx: null });
        while ((await site.serves()) !== "1.0") await site.report();
        expect(await allStarts(on)).toEqual(["1.0", "1.0"]);
        const slow = await site.command({ version: "2.0", behaviour: "sick", settings: { ...noting(on), startDeadlineS: 6 } });
        const running = site.activate(slow);
        while ((await allStarts(on)).length < 3) await site.report();
        await kill(site);
        expect(await running).toMatchObject({ kind: "reverted", code: "exited", evidence: { signal: "SIGKILL" } });
        expect(await allStarts(on)).toEqual(["1.0", "1.0", "2.0", "1.0"]);
        expect(await site.report()).toMatchObject({ restarts: 0 });
      }),
    );

    it(
      "is stopped with its signal and its grace, and killed after that",
      inSite(async (site) => {
        const settings = { ...UNIT, stopSignal: "INT", stopGraceS: 12 } as const;
        await site.deploy({ settings });
        expect([await property(site, "KillSignal"), await property(site, "TimeoutStopUSec")]).toEqual(["2", "12s"]);
        await site.deploy({ version: "2.0", behaviour: "stubborn", settings: { ...UNIT, stopGraceS: 0 } });
        expect(await site.deploy({ version: "3.0", settings: UNIT })).toMatchObject({ kind: "verified" });
        expect(await site.serves()).toBe("3.0");
      }),
    );

    it(
      "runs as the user that the settings name, who can read no other's environment",
      inSite(async (site) => {
        expect(await site.deploy({ settings: { ...UNIT, user: "nobody" } })).toMatchObject({ kind: "verified" });
        const [pid] = await site.processes();
        expect((await readFile(`/proc/${pid}/status`, "utf8")).match(/^Uid:\t(\d+)/m)?.[1]).toBe("65534");
        expect(JSON.parse((await site.serves("/environment")) ?? "{}")).toMatchObject({ USER: "nobody" });
        expect(await machine.run("stat", "-c", "%U %a", `/run/slipway/${site.instance}.spec`)).toBe("nobody 400\n");
      }),
    );

    it(
      "becomes a plain process and a unit again, and goes back with its own way of running",
      inSite(async (site, on) => {
        await site.deploy({ settings: noting(on) });
        await site.deploy({ revision: 2, settings: {} });
        expect(await property(site, "ActiveState")).toBe("inactive");
        expect(await site.deploy({ version: "2.0", behaviour: "exits", revision: 3, settings: noting(on) })).toMatchObject({
          kind: "reverted",
        });
        expect(await property(site, "ActiveState")).toBe("inactive");
        await site.deploy({ version: "3.0", revision: 4, settings: noting(on) });
        expect(await property(site, "ActiveState")).toBe("active");
        expect(await site.processes()).toHaveLength(1);
      }),
    );

    it(
      "that was switched off or stopped for good stays off, and no hand starts it",
      inSite(async (site) => {
        await site.deploy({ settings: UNIT });
        const { transport, host } = site.on;
        await transport.powerOff(host, { instance: site.instance, generation: 1 });
        await expect(machine.run("systemctl", "start", `slipway-${site.instance}.service`)).rejects.toThrow();
        expect(await site.processes()).toEqual([]);
        await transport.boot(host, [site.instance]);
        expect(await site.serves()).toBe("1.0");
        await transport.stop(host, { instance: site.instance, tx: "rollout:9", generation: 2 });
        await transport.boot(host, [site.instance]);
        expect(await site.processes()).toEqual([]);
      }),
    );

    it(
      "keeps the limits of the settings",
      inSite(async (site) => {
        await site.deploy({ settings: { ...UNIT, limits: { openFiles: 300, memoryMb: 256, cpuPercent: 50 } } });
        expect(await property(site, "LimitNOFILE")).toBe("300");
        expect(await property(site, "MemoryMax")).toBe(String(256 * 1024 * 1024));
        expect(await property(site, "CPUQuotaPerSecUSec")).toBe("500ms");
        const [pid] = await site.processes();
        expect(await readFile(`/proc/${pid}/limits`, "utf8")).toMatch(/^Max open files +300 +300 /m);
      }),
    );

    const [deploy, guest] = ACCOUNTS;
    const uidOf = async (site: Site) => {
      const [pid] = await site.processes();
      return (await readFile(`/proc/${pid}/status`, "utf8")).match(/^Uid:\t(\d+)/m)?.[1];
    };

    it(
      "is written through sudo where somebody else signs in and the settings allow it",
      inSite(async (site) => {
        const settings = { ...UNIT, sudo: true };
        expect(await site.deploy({ settings })).toMatchObject({ kind: "verified" });
        expect(await uidOf(site)).toBe(String(deploy.uid));
        expect(await site.deploy({ version: "2.0", behaviour: "exits", settings })).toMatchObject({
          kind: "reverted",
          code: "exited",
          evidence: { exitCode: 3, log: ["starting 2.0 as exits", "the configuration is wrong"] },
        });
        await kill(site);
        await site.until((report) => report.process !== null && report.restarts === 1);
      }, deploy),
    );

    it(
      "is refused before anything is stopped where nobody allows sudo, or sudo asks for a password",
      inSite(async (site) => {
        await site.deploy({});
        expect(await site.deploy({ version: "2.0", settings: UNIT })).toMatchObject({ kind: "refused", code: "root_needed" });
        expect(await site.deploy({ version: "2.0", settings: { ...UNIT, sudo: true } })).toMatchObject({
          kind: "refused",
          code: "sudo_refused",
        });
        expect(await site.deploy({ version: "2.0", settings: { user: "nobody" } })).toMatchObject({
          kind: "refused",
          code: "root_needed",
        });
        expect(await site.serves()).toBe("1.0");
      }, guest),
    );

    for (const kind of ["process", "supervised"] as const) {
      it(
        `is not needed to run a ${kind} as another user through sudo: started, put back, killed at any point, and stopped`,
        inSite(async (site) => {
          const marks = { preStop: ["sh", "-c", "id -u"], postStart: ["sh", "-c", "id -u"] };
          const settings = { runs: { kind }, sudo: true, user: "nobody", hooks: marks } as const;
          expect(await site.deploy({ settings })).toMatchObject({ kind: "verified" });
          expect(await uidOf(site)).toBe("65534");
          expect(await site.deploy({ version: "2.0", behaviour: "exits", settings })).toMatchObject({
            kind: "reverted",
            code: "exited",
            evidence: { exitCode: 3 },
          });
          const stubborn = { ...settings, stopGraceS: 0.3 };
          expect(await site.deploy({ version: "3.0", behaviour: "stubborn", settings: stubborn })).toMatchObject({
            kind: "verified",
          });
          for (const entry of ["stop", "start", "verify"]) {
            const dying = site.through(
              await machineTransport(machine, { SLIPWAY_TEST_DIE_AT: `_activate/${entry}/after` }, deploy),
            );
            expect(await dying.deploy({ version: `4.${entry}`, settings: stubborn })).toMatchObject({ kind: "reverted" });
            expect(await site.processes()).toHaveLength(1);
          }
          expect(await site.serves()).toBe("3.0");
          expect(await uidOf(site)).toBe("65534");
          if (kind === "supervised") {
            await kill(site);
            await site.until((report) => report.process !== null && report.restarts === 1);
          }
          await site.on.transport.powerOff(site.on.host, { instance: site.instance, generation: 1 });
          expect(await site.processes()).toEqual([]);
        }, deploy),
      );
    }

    for (const [mode, entry, version, outcome] of [
      ["deployment", "begun", "1.0", "reverted"],
      ["deployment", "pre_stop", "1.0", "reverted"],
      ["deployment", "stop", "1.0", "reverted"],
      ["deployment", "switch", "1.0", "reverted"],
      ["deployment", "start", "1.0", "reverted"],
      ["deployment", "verify", "1.0", "reverted"],
      ["deployment", "post_start", "1.0", "reverted"],
      ["deployment", "done", "2.0", "done"],
      ["rollback", "stop", "1.0", "reverted"],
      ["rollback", "switch", "1.0", "reverted"],
      ["rollback", "start", "2.0", "done"],
      ["rollback", "verify", "2.0", "done"],
    ] as const) {
      it(
        `whose shell is killed after ${entry} of a ${mode}: ${version} runs, once`,
        inSite(async (site) => {
          const settings = { ...UNIT, hooks: { preStop: ["true"], postStart: ["true"] } };
          await site.deploy({ settings });
          const dying = site.through(await machineTransport(machine, { SLIPWAY_TEST_DIE_AT: `_activate/${entry}/after` }));
          await dying.deploy({ version: "2.0", mode, settings });
          const report = await site.report();
          expect(report).toMatchObject({ openTx: null, current: { version }, verified: { version } });
          expect(report.journal.at(-1)).toMatchObject({ outcome });
          expect(await site.serves()).toBe(version);
          expect(await site.processes()).toHaveLength(1);
        }),
      );
    }
  },
);
