import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { localHost } from "./testing/local-host";
import { leavingCommands, ownCommands, silentCommands } from "./testing/own-commands";
import { Site } from "./testing/site";

const inSite = (test: (site: Site) => Promise<void>) => async () => {
  const site = await Site.open(await localHost());
  try {
    await test(site);
  } finally {
    await site.dispose();
  }
};

describe.concurrent("a service that is run by commands of one's own", () => {
  it(
    "is brought up, replaced and switched off by them; the main process is the one that its status tells",
    inSite(async (site) => {
      const settings = ownCommands(site.on);
      expect(await site.deploy({ settings })).toMatchObject({ kind: "verified", changed: true });
      const [pid] = await site.processes();
      expect(await site.report(true)).toMatchObject({ process: { pid }, answers: true, restarts: 0 });
      expect(await site.deploy({ settings })).toMatchObject({ kind: "verified", changed: false });
      expect(await site.deploy({ version: "2.0", settings })).toMatchObject({ kind: "verified", changed: true });
      expect(await site.serves()).toBe("2.0");
      expect(await site.processes()).toHaveLength(1);
      await site.on.transport.powerOff(site.on.host, { instance: site.instance, generation: 1 });
      expect(await site.processes()).toEqual([]);
      await site.on.transport.boot(site.on.host, [site.instance]);
      expect(await site.serves()).toBe("2.0");
    }),
  );

  it(
    "is put back when the new version falls over, or its start command fails",
    inSite(async (site) => {
      const settings = ownCommands(site.on);
      await site.deploy({ settings });
      const exits = await site.deploy({ version: "2.0", behaviour: "exits", settings: { ...settings, startDeadlineS: 2 } });
      expect(exits).toMatchObject({ kind: "reverted", report: { current: { version: "1.0" } } });
      expect(exits.kind === "reverted" && exits.evidence.log).toEqual(["starting 2.0 as exits", "the configuration is wrong"]);
      expect(
        await site.deploy({ version: "3.0", settings: { ...settings, start: ["sh", "-c", "echo no; exit 7"] } }),
      ).toMatchObject({
        kind: "reverted",
        code: "start_failed",
        detail: "its start command ended with status 7",
        evidence: { exitCode: 7, log: ["no"] },
      });
      expect(await site.serves()).toBe("1.0");
      expect(await site.processes()).toHaveLength(1);
    }),
  );

  it(
    "that its own tools started again is seen to be another process than was verified",
    inSite(async (site) => {
      await site.deploy({ settings: ownCommands(site.on) });
      const [pid = 0] = await site.processes();
      const file = join(site.on.host.root, "own.pid");
      process.kill(pid, "SIGKILL");
      await site.until((report) => report.process === null);
      const other = spawn("sleep", ["60"]);
      await writeFile(file, String(other.pid));
      expect(await site.report(true)).toMatchObject({ process: { pid: other.pid }, answers: false, restarts: 1 });
      expect(await site.deploy({ version: "2.0", settings: ownCommands(site.on) })).toMatchObject({ kind: "verified" });
      expect(other.signalCode).toBe("SIGTERM");
      expect(await site.report()).toMatchObject({ restarts: 0, current: { version: "2.0" } });
    }),
  );

  it(
    "whose status tells no process runs as long as its status says so, before and after",
    inSite(async (site) => {
      const settings = silentCommands(site.on);
      expect(await site.deploy({ settings })).toMatchObject({ kind: "verified" });
      expect(await site.report()).toMatchObject({ process: { pid: 0 }, restarts: 0 });
      expect(
        await site.deploy({ version: "2.0", behaviour: "sick", settings: { ...settings, startDeadlineS: 1 } }),
      ).toMatchObject({
        kind: "reverted",
        code: "unhealthy",
      });
      const [pid = 0] = await site.processes();
      process.kill(pid, "SIGKILL");
      await site.until((report) => report.process === null);
      await site.on.transport.boot(site.on.host, [site.instance]);
      expect(await site.serves()).toBe("1.0");
      expect(await site.processes()).toHaveLength(1);
    }),
  );

  it(
    "is not brought up by a start command that outlives its change",
    inSite(async (site) => {
      const settings = ownCommands(site.on);
      await site.deploy({ settings });
      const start = ["sh", "-c", 'sleep 1.5; node server.mjs & echo "$!" >"$PID_FILE"'];
      const late = await site.deploy({ version: "2.0", settings: { ...settings, start, startDeadlineS: 0.5 } });
      expect(late).toMatchObject({ kind: "reverted", code: "start_failed", detail: "its start command ended with status 124" });
      await new Promise((resolve) => setTimeout(resolve, 1700));
      expect(await site.serves()).toBe("1.0");
      expect(await site.processes()).toHaveLength(1);
    }),
  );

  it(
    "is asked for its status to the end of the command, whatever that leaves behind",
    inSite(async (site) => {
      try {
        expect(await site.deploy({ settings: leavingCommands(site.on) })).toMatchObject({ kind: "verified" });
        const [pid] = await site.processes();
        expect(await site.report(true)).toMatchObject({ process: { pid }, answers: true });
      } finally {
        const left = await readFile(join(site.on.host.root, "left.pid"), "utf8");
        for (const pid of left.trim().split("\n")) process.kill(Number(pid), "SIGKILL");
      }
    }),
  );

  it(
    "gives way to a process of Slipway's own, and takes over from it",
    inSite(async (site) => {
      await site.deploy({ settings: ownCommands(site.on) });
      expect(await site.deploy({ revision: 2 })).toMatchObject({ kind: "verified" });
      expect(await site.processes()).toHaveLength(1);
      expect(await site.deploy({ revision: 3, settings: ownCommands(site.on) })).toMatchObject({ kind: "verified" });
      expect(await site.processes()).toHaveLength(1);
    }),
  );
});

describe.concurrent("a limit of open files", () => {
  for (const runs of [{ kind: "process" }, { kind: "supervised" }] as const) {
    it(
      `holds for what is run as ${runs.kind}`,
      inSite(async (site) => {
        await site.deploy({ settings: { runs, limits: { openFiles: 300, memoryMb: null, cpuPercent: null } } });
        const [pid] = await site.processes();
        expect(await readFile(`/proc/${pid}/limits`, "utf8")).toMatch(/^Max open files +300 +300 /m);
      }),
    );
  }
});
