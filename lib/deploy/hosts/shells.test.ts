import { execFileSync } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, describe, expect, it } from "vitest";
import { loadHostProgram } from "./host-program";
import { localHost, pathWith, type Shell } from "./testing/local-host";
import { oldCurl } from "./testing/old-curl";
import { ownCommands } from "./testing/own-commands";
import { archiveOf } from "./testing/packages";
import { Site } from "./testing/site";

const found = (name: string) => {
  try {
    return execFileSync("sh", ["-c", 'command -v "$1"', "sh", name], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
};
const paths = Object.fromEntries(
  ["dash", "bash", "busybox", "flock", "curl", "node"].flatMap((name) => {
    const path = found(name);
    return path === undefined ? [] : [[name, path]];
  }),
);
const applets =
  paths.busybox === undefined ? [] : execFileSync(paths.busybox, ["--list"], { encoding: "utf8" }).trim().split("\n");
const folder = await mkdtemp(join(tmpdir(), "shells-"));
afterAll(() => rm(folder, { recursive: true }));

for (const shell of ["dash", "bash", "busybox"] satisfies Shell[]) {
  const missing = shell in paths ? "" : " (skipped: this machine has none)";
  describe.skipIf(missing !== "")(`host.sh under ${shell}${missing}`, { concurrent: true }, () => {
    const inSite = (dieAt: string, test: (site: Site) => Promise<void>) => async () => {
      const PATH = await pathWith(shell, await mkdtemp(join(folder, shell)), { applets, paths });
      const site = await Site.open(await localHost({ environment: { PATH, SLIPWAY_TEST_DIE_AT: dieAt } }));
      try {
        await test(site);
      } finally {
        await site.dispose();
      }
    };

    it(
      "deploys, puts back with evidence, and prunes",
      inSite("", async (site) => {
        const hooks = { preStop: ["true"], postStart: ["true"] };
        const mark = "a b\\c\t$x'é";
        expect(await site.deploy({ version: "1.0", settings: { hooks, environment: { MARK: mark } } })).toMatchObject({
          kind: "verified",
        });
        expect(JSON.parse((await site.serves("/environment")) ?? "{}")).toMatchObject({ MARK: mark });
        expect(await site.deploy({ version: "2.0", behaviour: "exits" })).toMatchObject({
          kind: "reverted",
          code: "exited",
          evidence: { exitCode: 3, log: ["starting 2.0 as exits", "the configuration is wrong"] },
        });
        expect(await site.deploy({ version: "2.1", settings: { versionAt: { path: "/json" } } })).toMatchObject({
          kind: "verified",
          changed: true,
        });
        expect(await site.deploy({ version: "2.1" })).toMatchObject({ kind: "verified", changed: false });
        expect((await site.on.transport.prune(site.on.host, [])).removed).toHaveLength(2);
        expect(await site.serves()).toBe("2.1");
      }),
    );

    it(
      "cancels, refuses stale generations, and boots",
      inSite("", async (site) => {
        await site.deploy({ version: "1.0" });
        const command = await site.command({ version: "2.0", behaviour: "sick", settings: { startDeadlineS: 600 } });
        const running = site.activate(command);
        await site.until(({ openTx, current }) => openTx === command.tx && current?.version === "2.0");
        await site.on.transport.fence(site.on.host, { instance: site.instance, generation: 2, cancelUnless: "always" });
        expect(await running).toMatchObject({ kind: "reverted", code: "cancelled" });
        expect(await site.deploy({ version: "3.0" })).toMatchObject({ kind: "refused", code: "stale_generation" });
        await site.on.transport.powerOff(site.on.host, { instance: site.instance, generation: 2 });
        expect(await site.serves()).toBeNull();
        const [booted] = await site.on.transport.boot(site.on.host, [site.instance]);
        expect(booted?.process).not.toBeNull();
      }),
    );

    for (const [mode, version] of [
      ["deployment", "1.0"],
      ["rollback", "2.0"],
    ] as const) {
      it(
        `recovers an interrupted ${mode}`,
        inSite("_activate/post_start/before", async (site) => {
          await site.deploy({ version: "1.0" });
          const settings = { hooks: { preStop: null, postStart: ["true"] } };
          await site.deploy({ version: "2.0", mode, settings });
          expect(await site.report()).toMatchObject({ openTx: null, current: { version }, verified: { version } });
          expect(await site.serves()).toBe(version);
        }),
      );
    }

    it(
      "supervises: starts again what falls over, and puts back what never came up",
      inSite("", async (site) => {
        const settings = { runs: { kind: "supervised" } } as const;
        const first = await site.deploy({ version: "1.0", settings });
        const pid = first.kind === "verified" ? (first.report.process?.pid ?? 0) : 0;
        expect(pid).toBeGreaterThan(0);
        process.kill(pid, "SIGKILL");
        const again = await site.until((report) => report.process !== null && report.process.pid !== pid);
        expect(again.restarts).toBe(1);
        expect(await site.deploy({ version: "2.0", behaviour: "exits", settings })).toMatchObject({
          kind: "reverted",
          code: "exited",
          evidence: { exitCode: 3 },
        });
        expect(await site.processes()).toHaveLength(1);
      }),
    );

    it(
      "leaves starting and stopping to commands of one's own",
      inSite("", async (site) => {
        const settings = ownCommands(site.on);
        await site.deploy({ version: "1.0", settings });
        expect(await site.deploy({ version: "2.0", settings: { ...settings, start: ["false"] } })).toMatchObject({
          kind: "reverted",
          code: "start_failed",
        });
        const limits = { openFiles: 300, memoryMb: null, cpuPercent: null };
        expect(await site.deploy({ version: "3.0", settings: { limits } })).toMatchObject({ kind: "verified" });
        expect(await site.processes()).toHaveLength(1);
      }),
    );

    it(
      "refuses unsafe packages",
      inSite("", async (site) => {
        for (const entry of [
          { name: "../x", content: "x" },
          { name: "/x", content: "x" },
          { name: "x", type: "symlink", linkname: "../.." },
          { name: "x", mode: 0o4755 },
          { name: "x", type: "fifo" },
        ] as const) {
          const archive = await archiveOf([{ name: "run", content: "x" }, entry]);
          const staged = await site.on.transport.stage(site.on.host, archive, async () => Readable.from([archive.bytes]));
          expect(staged).toMatchObject({ kind: "failed", code: "unsafe_package" });
        }
        const hard = await archiveOf([
          { name: "run", content: "x" },
          { name: "hard", type: "link", linkname: "run" },
        ]);
        const staged = await site.on.transport.stage(site.on.host, hard, async () => Readable.from([hard.bytes]));
        expect(staged).toMatchObject({ kind: "failed", code: "unsafe_package" });
      }),
    );
  });
}

const NEEDED =
  "sh tar gzip flock setsid awk readlink sync sleep date env mv ln rm mkdir chmod cat head tail cut tr sed grep wc id find timeout sha256sum df wget node";
const needed = NEEDED.split(" ").map((name) => ({ name, path: found(name) }));
const lacking = needed.filter(({ path }) => path === undefined).map(({ name }) => name);

it.skipIf(lacking.length > 0)(
  `a host with wget and without curl is asked with wget${lacking.length > 0 ? ` (skipped: no ${lacking.join(", ")})` : ""}`,
  async () => {
    const PATH = await mkdtemp(join(folder, "wget"));
    for (const { name, path } of needed) if (path !== undefined) await symlink(path, join(PATH, name));
    const site = await Site.open(await localHost({ environment: { PATH } }));
    try {
      expect(await site.deploy({ version: "1.0" })).toMatchObject({ kind: "verified" });
      const sick = await site.deploy({ version: "2.0", behaviour: "sick", settings: { startDeadlineS: 0.6 } });
      expect(sick).toMatchObject({ kind: "reverted", code: "unhealthy", detail: "last answer: 503 from /healthz" });
      expect(await site.deploy({ version: "3.0", behaviour: "misnamed" })).toMatchObject({ code: "wrong_version" });
    } finally {
      await site.dispose();
    }
  },
);

const curl = found("curl");

it.skipIf(curl === undefined)(
  `a host whose curl is too old to keep a pace is asked one time after the other${curl ? "" : " (skipped: no curl)"}`,
  async () => {
    const old = await oldCurl(folder);
    const site = await Site.open(await localHost({ environment: { PATH: old.path } }));
    try {
      expect(await site.deploy({ version: "1.0" })).toMatchObject({ kind: "verified" });
      expect((await old.asked()).filter((line) => line.includes("--rate"))).toHaveLength(1);
      const wavers = await site.deploy({ version: "2.0", behaviour: "wavers", settings: { startDeadlineS: 1 } });
      expect(wavers).toMatchObject({ kind: "reverted", code: "unhealthy" });
    } finally {
      await site.dispose();
    }
  },
);

const shellcheck = found("shellcheck");

it.skipIf(shellcheck === undefined)(
  `host.sh is clean for shellcheck${shellcheck ? "" : " (skipped: this machine has none)"}`,
  async () => {
    const file = join(folder, "host.sh");
    await writeFile(file, (await loadHostProgram()).text);
    expect(execFileSync("shellcheck", ["-s", "sh", file], { encoding: "utf8" })).toBe("");
  },
);
