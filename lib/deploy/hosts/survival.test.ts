import { type ChildProcess, execFile, spawn } from "node:child_process";
import { chmod, readdir, readFile, readlink, rename, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { localHost, testEnvironment } from "./testing/local-host";
import { Site } from "./testing/site";

const run = promisify(execFile);
const caller = join(import.meta.dirname, "testing", "activate-in-child.mts");

const inSite = (test: (site: Site) => Promise<void>) => async () => {
  const site = await Site.open(await localHost());
  try {
    await test(site);
  } finally {
    await site.dispose();
  }
};

const ended = (child: ChildProcess) => new Promise<void>((resolve) => child.once("exit", () => resolve()));

/** The service's process and the keeper that is its parent. */
async function processesOf(site: Site): Promise<{ service: number; keeper: number }> {
  const service = (await site.report()).process?.pid;
  if (service === undefined) throw new Error("it does not run");
  const parent = (await readFile(`/proc/${service}/stat`, "utf8")).split(") ").at(-1)?.split(" ")[1];
  return { service, keeper: Number(parent) };
}

/** Ends both by their numbers, as a machine that goes down would. */
async function killInstance(site: Site): Promise<void> {
  const { service, keeper } = await processesOf(site);
  process.kill(keeper, "SIGKILL");
  process.kill(service, "SIGKILL");
  await site.until((report) => report.process === null);
}

/** host.sh as a person runs it. */
async function byHand(site: Site, ...args: string[]): Promise<{ code: number; said: string }> {
  const program = join(site.on.host.root, "bin", "host.sh");
  try {
    const { stdout } = await run("sh", [program, ...args], { env: { ...process.env, ...testEnvironment() } });
    return { code: 0, said: stdout };
  } catch (error) {
    if (error instanceof Error && "code" in error && "stderr" in error)
      return { code: Number(error.code), said: String(error.stderr) };
    throw error;
  }
}

describe.concurrent("what goes on without the console", () => {
  it(
    "a change whose caller is killed ends by itself, and the same key collects its result",
    inSite(async (site) => {
      await site.deploy({ version: "1.0" });
      const command = await site.command({ version: "2.0", behaviour: "slow" });
      const child = spawn(process.execPath, ["--import", "tsx", caller, JSON.stringify(site.on.host), JSON.stringify(command)], {
        stdio: "ignore",
      });
      const end = ended(child);
      await site.until(({ openTx, current }) => openTx === command.tx && current?.version === "2.0");
      child.kill("SIGKILL");
      await end;
      expect((await site.report()).openTx).toBe(command.tx);
      const report = await site.until(({ openTx }) => openTx === null);
      expect(report.journal.at(-1)).toMatchObject({ tx: command.tx, outcome: "done" });
      expect(await site.activate(command)).toMatchObject({ kind: "verified", changed: true });
      expect((await site.report()).journal).toHaveLength(2);
    }),
  );

  it(
    "a machine that went down comes up with the version verified last",
    inSite(async (site) => {
      await site.deploy({ version: "1.0" });
      await site.deploy({ version: "2.0", settings: { environment: { MARK: "two" } } });
      await killInstance(site);
      expect((await site.report(true)).answers).toBe(false);
      const [booted] = await site.on.transport.boot(site.on.host, [site.instance]);
      expect(booted).toMatchObject({ current: { version: "2.0" } });
      expect(JSON.parse((await site.serves("/environment")) ?? "{}")).toMatchObject({ MARK: "two", SLIPWAY_VERSION: "2.0" });
    }),
  );

  it(
    "a service and its keeper hold no lock, and sit in sessions of their own",
    inSite(async (site) => {
      await site.deploy({ version: "1.0" });
      const { service, keeper } = await processesOf(site);
      const sessions: (string | undefined)[] = [];
      for (const pid of [service, keeper]) {
        const open = await Promise.all((await readdir(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`)));
        expect(open.filter((path) => path.startsWith(site.on.host.root)).every((path) => path.endsWith("/log"))).toBe(true);
        sessions.push((await readFile(`/proc/${pid}/stat`, "utf8")).split(") ").at(-1)?.split(" ")[3]);
      }
      expect(sessions).toEqual([String(service), String(keeper)]);
    }),
  );

  it(
    "a service whose keeper was killed goes on, and is stopped and replaced like any other",
    inSite(async (site) => {
      await site.deploy({ version: "1.0" });
      process.kill((await processesOf(site)).keeper, "SIGKILL");
      expect(await site.serves()).toBe("1.0");
      expect(await site.deploy({ version: "2.0" })).toMatchObject({ kind: "verified" });
      expect(await site.serves()).toBe("2.0");
    }),
  );

  it(
    "a process number that another process has got since is not taken for the service",
    inSite(async (site) => {
      await site.deploy({ version: "1.0" });
      await killInstance(site);
      const slot = join(site.on.host.root, "instances", site.instance, "pid");
      const before = await readFile(slot, "utf8");
      expect(before.split(" ")[0]).not.toBe(String(process.pid));
      const forged = before.replaceAll(/^\d+/gm, String(process.pid));
      await writeFile(slot, forged);
      expect((await site.report()).process).toBeNull();
      await site.on.transport.powerOff(site.on.host, { instance: site.instance, generation: 1 });
    }),
  );

  it(
    "a person takes a release back by hand, and the journal says so",
    inSite(async (site) => {
      await site.deploy({ version: "1.0" });
      await site.deploy({ version: "2.0" });
      await site.deploy({ version: "3.0", behaviour: "exits" });
      const list = await byHand(site, "list", site.instance);
      expect(list.said).toContain(`${site.instance} runs 2.0 (settings 1)`);
      expect(list.said).toContain("3.0  settings 1  deployment: failed, was put back");
      expect((await byHand(site, "list")).said).toBe(`${site.instance}\n`);
      expect(await byHand(site, "rollback", site.instance)).toEqual({
        code: 0,
        said: `${site.instance} now runs 1.0 (settings 1).\n`,
      });
      expect(await site.serves()).toBe("1.0");
      expect(await site.report()).toMatchObject({ generation: 1, current: { version: "1.0" }, openTx: null });
      expect((await site.report()).journal.at(-1)).toMatchObject({ mode: "hand", outcome: "done", release: { version: "1.0" } });
      // Once more would be the version that was just taken back: that one has to be named.
      expect(await byHand(site, "rollback", site.instance)).toMatchObject({
        code: 1,
        said: expect.stringContaining("no earlier verified version"),
      });
      expect((await byHand(site, "rollback", site.instance, "2.0")).code).toBe(0);
      expect(await site.serves()).toBe("2.0");
      expect(await byHand(site, "rollback", site.instance, "3.0")).toMatchObject({
        code: 1,
        said: expect.stringContaining("no earlier verified version 3.0"),
      });
      expect(await byHand(site, "rollback", "nobody")).toMatchObject({
        code: 1,
        said: expect.stringContaining("there is no instance nobody"),
      });
      expect((await byHand(site, "help")).said).toContain("host.sh rollback INSTANCE VERSION");
    }),
  );

  it(
    "what was stopped for good before a rollback has been left by it: by hand, too, it has to be named",
    inSite(async (site) => {
      const { transport, host } = site.on;
      await site.deploy({ version: "1.0" });
      await site.deploy({ version: "2.0" });
      await transport.stop(host, { instance: site.instance, tx: "stop", generation: 2 });
      expect(await site.deploy({ version: "3.0", mode: "rollback", generation: 3 })).toMatchObject({ kind: "verified" });
      expect((await byHand(site, "rollback", site.instance)).said).toBe(`${site.instance} now runs 1.0 (settings 1).\n`);
      expect((await byHand(site, "rollback", site.instance, "2.0")).said).toContain("now runs 2.0");
    }),
  );

  it(
    "a journal of a newer format is refused with a sentence, and nothing is touched",
    inSite(async (site) => {
      await site.deploy({ version: "1.0" });
      const activations = join(site.on.host.root, "instances", site.instance, "activations");
      const [name = ""] = await readdir(activations);
      const journal = join(activations, name, "journal");
      const text = await readFile(journal, "utf8");
      await writeFile(journal, text.replace("slipway-journal 1 .", "slipway-journal 3 ."));
      expect(await site.deploy({ version: "2.0" })).toMatchObject({ kind: "refused", code: "journal_too_new", report: null });
      await expect(site.report()).rejects.toThrow("written by a newer version of host.sh");
      expect((await byHand(site, "list", site.instance)).said).toContain("newer version");
      expect(await site.serves()).toBe("1.0");
      await writeFile(journal, text);
    }),
  );

  it(
    "an entry that a crash tore off counts as not written",
    inSite(async (site) => {
      await site.deploy({ version: "1.0" });
      const activations = join(site.on.host.root, "instances", site.instance, "activations");
      const [name = ""] = await readdir(activations);
      const journal = join(activations, name, "journal");
      const text = await readFile(journal, "utf8");
      await writeFile(journal, text.replace(/done (\d+) \.\n/, "done $1"));
      await site.until(({ openTx }) => openTx === null);
      expect((await site.report()).journal).toMatchObject([{ outcome: "done" }]);
      expect(await site.serves()).toBe("1.0");
    }),
  );

  it(
    "a release that a person moved to another disk and linked back is kept",
    inSite(async (site) => {
      await site.deploy({ version: "1.0" });
      const releases = join(site.on.host.root, "releases");
      const [release = ""] = await readdir(releases);
      const elsewhere = join(site.on.host.root, "moved");
      await rename(join(releases, release), elsewhere);
      await symlink(elsewhere, join(releases, release));
      expect(await site.on.transport.prune(site.on.host, [])).toEqual({ removed: [] });
      await killInstance(site);
      await site.on.transport.boot(site.on.host, [site.instance]);
      expect(await site.serves()).toBe("1.0");
    }),
  );
});

describe.skipIf(process.getuid?.() !== 0)("a service of another user (only root can start one)", () => {
  it(
    "runs as that user",
    inSite(async (site) => {
      await chmod(site.on.host.root, 0o755);
      expect(await site.deploy({ settings: { user: "nobody" } })).toMatchObject({ kind: "verified" });
      const pid = (await site.report()).process?.pid;
      const { uid } = await stat(`/proc/${pid}`);
      expect(uid).toBe(Number((await run("id", ["-u", "nobody"])).stdout));
    }),
  );

  it(
    "is refused before anything is touched when there is no such user",
    inSite(async (site) => {
      await site.deploy({ version: "1.0" });
      expect(await site.deploy({ version: "2.0", settings: { user: "no-such-user" } })).toMatchObject({
        kind: "refused",
        code: "start_failed",
      });
      expect(await site.serves()).toBe("1.0");
    }),
  );
});
