import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { localHost } from "./testing/local-host";
import { Site } from "./testing/site";

const SUPERVISED = { runs: { kind: "supervised" } } as const;

const inSite = (test: (site: Site, starts: Starts) => Promise<void>) => async () => {
  const site = await Site.open(await localHost());
  const file = join(site.on.host.root, "starts");
  try {
    await test(site, { environment: { STARTS: file }, all: async () => (await readFile(file, "utf8")).trim().split("\n") });
  } finally {
    await site.dispose();
  }
};

interface Starts {
  readonly environment: { readonly STARTS: string };
  /** Versions in the order in which a process of theirs began. */
  all(): Promise<readonly string[]>;
}

async function kill(site: Site): Promise<number> {
  const { process: running } = await site.report();
  if (running === null) throw new Error("it does not run");
  process.kill(running.pid, "SIGKILL");
  return running.pid;
}

/** Longer than the first pause of a supervisor. */
const PAUSE_AND_MORE = 1_700;

describe.concurrent("a supervised instance", () => {
  it(
    "that falls over is started again, and the report says that another process runs than was verified",
    inSite(async (site, starts) => {
      expect(await site.deploy({ settings: { ...SUPERVISED, environment: starts.environment } })).toMatchObject({
        kind: "verified",
      });
      expect(await site.report()).toMatchObject({ restarts: 0 });
      const killed = await kill(site);
      const again = await site.until((report) => report.process !== null && report.process.pid !== killed);
      expect(again).toMatchObject({ restarts: 1, current: { version: "1.0" }, openTx: null });
      expect(again.process?.startedAt.getTime()).toBeGreaterThan(again.journal.at(-1)?.endedAt?.getTime() ?? Number.NaN);
      while ((await site.serves()) !== "1.0") await sleep(20);
      expect(await site.processes()).toEqual([again.process?.pid]);
      expect(await starts.all()).toEqual(["1.0", "1.0"]);
      await kill(site);
      await site.until((report) => report.restarts === 2);
      expect(await site.deploy({ version: "2.0", settings: SUPERVISED })).toMatchObject({ kind: "verified" });
      expect(await site.report()).toMatchObject({ restarts: 0, current: { version: "2.0" } });
    }),
  );

  it(
    "is not started again while a change is under way",
    inSite(async (site, starts) => {
      const settings = { ...SUPERVISED, environment: starts.environment };
      const drain = ["sh", "-c", 'kill -9 "$(cut -d" " -f1 "$1" | head -n 1)"; sleep 1.6', "sh", slotOf(site)];
      await site.deploy({ settings: { ...settings, hooks: { preStop: drain, postStart: null } } });
      expect(await site.deploy({ version: "2.0", settings })).toMatchObject({ kind: "verified" });
      expect(await starts.all()).toEqual(["1.0", "2.0"]);
    }),
  );

  it(
    "whose new version exits while it is verified is put back, with what that one left behind",
    inSite(async (site, starts) => {
      const settings = { ...SUPERVISED, environment: starts.environment };
      await site.deploy({ settings });
      expect(await site.deploy({ version: "2.0", behaviour: "exits", settings })).toMatchObject({
        kind: "reverted",
        code: "exited",
        evidence: { exitCode: 3, log: ["starting 2.0 as exits", "the configuration is wrong"] },
      });
      await sleep(PAUSE_AND_MORE);
      expect(await starts.all()).toEqual(["1.0", "2.0", "1.0"]);
      expect(await site.processes()).toHaveLength(1);
    }),
  );

  it(
    "that fell over before a change is left to that change",
    inSite(async (site, starts) => {
      const settings = { ...SUPERVISED, environment: starts.environment };
      await site.deploy({ settings });
      const command = await site.command({ version: "2.0", settings });
      await kill(site);
      expect(await site.activate(command)).toMatchObject({ kind: "verified" });
      await sleep(PAUSE_AND_MORE);
      expect(await starts.all()).toEqual(["1.0", "2.0"]);
      expect(await site.processes()).toHaveLength(1);
    }),
  );

  it(
    "that was switched off stays off, and a boot starts it, once",
    inSite(async (site, starts) => {
      await site.deploy({ settings: { ...SUPERVISED, environment: starts.environment } });
      await kill(site);
      const { transport, host } = site.on;
      await transport.powerOff(host, { instance: site.instance, generation: 1 });
      await sleep(PAUSE_AND_MORE);
      expect(await site.processes()).toEqual([]);
      await transport.boot(host, [site.instance]);
      expect(await starts.all()).toEqual(["1.0", "1.0"]);
      await transport.stop(host, { instance: site.instance, tx: "rollout:9", generation: 2 });
      await sleep(PAUSE_AND_MORE);
      expect(await site.processes()).toEqual([]);
    }),
  );

  it(
    "whose supervisor was killed too is brought back by a boot of all that the host has",
    inSite(async (site) => {
      await site.deploy({ settings: SUPERVISED });
      const { process: running } = await site.report();
      const parent = (await readFile(`/proc/${running?.pid}/stat`, "utf8")).split(") ").at(-1)?.split(" ")[1];
      process.kill(Number(parent), "SIGKILL");
      await kill(site);
      await site.until((report) => report.process === null);
      const [booted] = await site.on.transport.boot(site.on.host, []);
      expect(booted).toBeUndefined();
      expect(await site.serves()).toBe("1.0");
      const killed = await kill(site);
      await site.until((report) => report.process !== null && report.process.pid !== killed);
    }),
  );

  it(
    "becomes a plain process and a supervised one again, and goes back with its own way of running",
    inSite(async (site, starts) => {
      const { environment } = starts;
      await site.deploy({ settings: { ...SUPERVISED, environment } });
      await site.deploy({ revision: 2, settings: { environment } });
      await kill(site);
      await sleep(PAUSE_AND_MORE);
      expect(await site.processes()).toEqual([]);
      expect(await site.deploy({ version: "2.0", revision: 3, settings: { ...SUPERVISED, environment } })).toMatchObject({
        kind: "verified",
      });
      const bad = await site.deploy({ version: "3.0", behaviour: "exits", revision: 2, settings: { environment } });
      expect(bad.kind).toBe("reverted");
      const killed = await kill(site);
      const again = await site.until((report) => report.process !== null && report.process.pid !== killed);
      expect(again).toMatchObject({ restarts: 1, current: { version: "2.0" } });
    }),
  );

  it(
    "that talks without end has a log with an end",
    inSite(async (site) => {
      await site.deploy({ settings: { ...SUPERVISED, environment: { TALK: String(18 * 1024 * 1024) } } });
      const log = join(site.on.host.root, "instances", site.instance, "log");
      const { process: running } = await site.report();
      await site.serves("/talk");
      while ((await stat(log)).size > 16 * 1024 * 1024) await sleep(100);
      await site.serves("/talk");
      expect((await stat(`${log}.1`)).size).toBeGreaterThan(16 * 1024 * 1024);
      expect((await site.report()).process).toEqual(running);
    }),
  );

  it(
    "has journals that an older host.sh refuses; a plain process has them as they were",
    inSite(async (site) => {
      await site.deploy({});
      await site.deploy({ revision: 2, settings: SUPERVISED });
      const { journal } = await site.report();
      const first = (number: number, what: string) =>
        readFile(
          join(site.on.host.root, "instances", site.instance, "activations", `00000${number}.${journal[number - 1]?.tx}`, what),
          "utf8",
        );
      expect((await first(1, "journal")).startsWith("slipway-journal 1 .\n")).toBe(true);
      expect((await first(1, "spec")).startsWith("slipway-spec 1\n")).toBe(true);
      expect((await first(2, "journal")).startsWith("slipway-journal 2 .\n")).toBe(true);
      expect((await first(2, "spec")).startsWith("slipway-spec 2\n")).toBe(true);
    }),
  );
});

function slotOf(site: Site): string {
  return join(site.on.host.root, "instances", site.instance, "pid");
}
