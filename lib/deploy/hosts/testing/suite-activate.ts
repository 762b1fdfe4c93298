import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { serverPackage } from "./packages";
import type { InSite } from "./transport-suite";

/** Bringing versions up, and going back when they do not come up. */
export function describeActivate(inSite: InSite): void {
  describe("activate", () => {
    it(
      "brings a first version up and tells what runs",
      inSite(async ({ site }) => {
        const result = await site.deploy({ version: "1.0" });
        expect(result).toMatchObject({ kind: "verified", changed: true });
        expect(await site.serves()).toBe("1.0");
        const report = await site.report(true);
        expect(report).toMatchObject({ generation: 1, answers: true, openTx: null, current: { version: "1.0", revision: 1 } });
        expect(report.verified).toEqual(report.current);
        expect(report.process?.startedAt.getTime()).toBeGreaterThan(Date.now() - 60_000);
        expect(report.journal).toMatchObject([{ outcome: "done", mode: "deployment", previous: null, code: null }]);
      }),
    );

    it(
      "replaces a version and remembers the one before",
      inSite(async ({ site }) => {
        await site.deploy({ version: "1.0" });
        const result = await site.deploy({ version: "2.0", revision: 2 });
        expect(result).toMatchObject({ kind: "verified", changed: true });
        expect(await site.serves()).toBe("2.0");
        const { journal } = await site.report();
        expect(journal.at(-1)).toMatchObject({
          outcome: "done",
          release: { version: "2.0" },
          previous: { version: "1.0", revision: 1 },
        });
      }),
    );

    it(
      "runs the same key once, however often and at once it is asked",
      inSite(async ({ site, scratch }) => {
        const starts = join(scratch, "starts");
        const command = await site.command({ settings: { environment: { STARTS: starts } } });
        const results = await Promise.all([site.activate(command), site.activate(command), site.activate(command)]);
        results.push(await site.activate(command));
        expect(results.map(({ kind }) => kind)).toEqual(["verified", "verified", "verified", "verified"]);
        expect(await readFile(starts, "utf8")).toBe("1.0\n");
        expect((await site.report()).journal).toHaveLength(1);
      }),
    );

    it(
      "gives values to the process untouched and nothing of its own",
      inSite(async ({ site }) => {
        const hostile = "a b'c\"$(touch /nowhere) `x` \\ \n\t%s é";
        await site.deploy({ settings: { environment: { HOSTILE: hostile }, start: ["node", "server.mjs", hostile, ""] } });
        const environment: Record<string, string> = JSON.parse((await site.serves("/environment")) ?? "{}");
        expect(environment).toMatchObject({
          HOSTILE: hostile,
          HOST: site.on.address,
          PORT: String(site.port),
          SLIPWAY_SERVICE: "shop",
          SLIPWAY_INSTANCE: site.instance,
          SLIPWAY_VERSION: "1.0",
        });
        expect(environment).not.toHaveProperty("LC_ALL");
        expect(environment).not.toHaveProperty("DATABASE_URL");
        const { process } = await site.report();
        const argv = (await readFile(`/proc/${process?.pid}/cmdline`, "utf8")).split("\0");
        expect(argv.slice(1)).toEqual(["server.mjs", hostile, "", ""]);
      }),
    );

    it(
      "puts the old version back when the new one exits, with evidence",
      inSite(async ({ site }) => {
        await site.deploy({ version: "1.0" });
        const result = await site.deploy({ version: "2.0", behaviour: "exits" });
        expect(result).toMatchObject({
          kind: "reverted",
          code: "exited",
          evidence: { exitCode: 3, signal: null, log: ["starting 2.0 as exits", "the configuration is wrong"] },
          report: { current: { version: "1.0" }, verified: { version: "1.0" }, openTx: null },
        });
        expect(await site.serves()).toBe("1.0");
      }),
    );

    it(
      "puts the old version back with its own settings when the new one never becomes healthy",
      inSite(async ({ site }) => {
        await site.deploy({ version: "1.0", revision: 1, settings: { environment: { MARK: "old" } } });
        const result = await site.deploy({
          version: "1.0",
          revision: 2,
          behaviour: "sick",
          settings: { startDeadlineS: 0.6, environment: { MARK: "new" } },
        });
        expect(result).toMatchObject({
          kind: "reverted",
          code: "unhealthy",
          report: { current: { version: "1.0", revision: 1 } },
        });
        if (result.kind !== "reverted") return;
        expect(result.evidence.health.length).toBeGreaterThan(1);
        expect(result.evidence.health.length).toBeLessThanOrEqual(10);
        expect(result.evidence.health.at(-1)).toMatchObject({ healthy: false, detail: "503 from /healthz" });
        expect(JSON.parse((await site.serves("/environment")) ?? "{}")).toMatchObject({ MARK: "old" });
      }),
    );

    for (const versionAt of [null, { path: "/version" }])
      it(
        `one good answer verifies nothing when a bad one follows, ${versionAt ? "with the version asked in between" : "without a version to ask for"}`,
        inSite(async ({ site }) => {
          await site.deploy({ version: "1.0" });
          const result = await site.deploy({ version: "2.0", behaviour: "wavers", settings: { startDeadlineS: 1, versionAt } });
          expect(result).toMatchObject({ kind: "reverted", code: "unhealthy", detail: "last answer: 503 from /healthz" });
          if (result.kind !== "reverted") return;
          expect(result.evidence.health.map(({ healthy }) => healthy)).toContain(true);
          expect(new Set(result.evidence.health.map(({ at }) => at)).size).toBe(result.evidence.health.length);
          expect(await site.serves()).toBe("1.0");
        }),
      );

    it(
      "refuses to call a version verified that says it is another",
      inSite(async ({ site }) => {
        await site.deploy({ version: "1.0" });
        expect(await site.deploy({ version: "2.0", behaviour: "misnamed" })).toMatchObject({
          kind: "reverted",
          code: "wrong_version",
        });
        expect(await site.deploy({ version: "3.0", settings: { versionAt: { path: "/json" } } })).toMatchObject({
          kind: "verified",
        });
      }),
    );

    it(
      "says that the program is not there",
      inSite(async ({ site }) => {
        await site.deploy({ version: "1.0" });
        const result = await site.deploy({ version: "2.0", settings: { start: ["./no-such-program"] } });
        expect(result).toMatchObject({ kind: "reverted", code: "start_failed" });
        expect(await site.serves()).toBe("1.0");
      }),
    );

    it(
      "does not take a foreign process on the port for the new version",
      inSite(async ({ site }) => {
        const command = await site.command({ settings: { versionAt: null } });
        const foreigner = await site.occupyPort();
        expect(await site.activate(command)).toMatchObject({ kind: "down", code: "port_in_use", report: { process: null } });
        foreigner.close();
      }),
    );

    it(
      "ends down when the old version does not come up either",
      inSite(async ({ site, scratch }) => {
        const tripwire = join(scratch, "tripwire");
        await site.deploy({ version: "1.0", behaviour: "tripwire", settings: { environment: { TRIPWIRE: tripwire } } });
        await writeFile(tripwire, "");
        const result = await site.deploy({ version: "2.0", behaviour: "exits" });
        expect(result).toMatchObject({ kind: "down", code: "exited", report: { process: null, openTx: null } });
        expect(result.kind === "down" && result.detail).toContain("the earlier version: exited");
        await rm(tripwire);
        expect(await site.deploy({ version: "3.0" })).toMatchObject({ kind: "verified" });
      }),
    );

    it(
      "stops a first version that does not verify: there is nothing to put back",
      inSite(async ({ site }) => {
        const result = await site.deploy({ behaviour: "sick", settings: { startDeadlineS: 0.5 } });
        expect(result).toMatchObject({ kind: "down", code: "unhealthy", report: { process: null, verified: null } });
        expect(await site.serves()).toBeNull();
      }),
    );

    it(
      "goes back to the version verified last, not to where a failure left off",
      inSite(async ({ site }) => {
        await site.deploy({ version: "1.0" });
        await site.deploy({ version: "2.0", behaviour: "exits" });
        const result = await site.deploy({ version: "3.0", behaviour: "exits" });
        expect(result).toMatchObject({ kind: "reverted", report: { current: { version: "1.0" } } });
        expect((await site.report()).journal.map(({ outcome }) => outcome)).toEqual(["done", "reverted", "reverted"]);
      }),
    );

    it(
      "touches nothing when it runs already, and restarts when forced",
      inSite(async ({ site }) => {
        await site.deploy({ version: "1.0" });
        const before = await site.report();
        expect(await site.deploy({ version: "1.0" })).toMatchObject({ kind: "verified", changed: false });
        expect((await site.report()).process).toEqual(before.process);
        expect(await site.deploy({ version: "1.0", force: true })).toMatchObject({ kind: "verified", changed: true });
        expect((await site.report()).process?.pid).not.toBe(before.process?.pid);
      }),
    );

    it(
      "starts again what runs already on paper but has died",
      inSite(async ({ site }) => {
        await site.deploy({ version: "1.0" });
        const { process: died } = await site.report();
        if (died) process.kill(died.pid, "SIGKILL");
        await site.until(({ process }) => process === null);
        expect(await site.deploy({ version: "1.0" })).toMatchObject({ kind: "verified", changed: true });
      }),
    );

    it(
      "refuses when something else runs than expected, and when the release is not there",
      inSite(async ({ site }) => {
        await site.deploy({ version: "1.0" });
        const other = await serverPackage("good", "other");
        const refused = await site.deploy({ version: "2.0", expect: { sha256: other.sha256, revision: 1 } });
        expect(refused).toMatchObject({
          kind: "refused",
          code: "precondition_changed",
          report: { current: { version: "1.0" } },
        });
        const command = await site.command({ version: "2.0" });
        const missing = { ...command, release: { ...command.release, sha256: other.sha256 } };
        expect(await site.activate(missing)).toMatchObject({ kind: "refused", code: "release_missing" });
        expect(await site.serves()).toBe("1.0");
        expect((await site.report()).journal).toHaveLength(1);
      }),
    );

    it(
      "runs the hooks, and a failing one stops or takes back the change",
      inSite(async ({ site, scratch }) => {
        const mark = (word: string) =>
          ["sh", "-c", 'echo "$1 $SLIPWAY_VERSION" >>"$2"', "sh", word, join(scratch, "hooks")] as const;
        const hooks = { preStop: mark("pre"), postStart: mark("post") };
        await site.deploy({ version: "1.0", settings: { hooks } });
        await site.deploy({ version: "2.0", settings: { hooks } });
        expect(await readFile(join(scratch, "hooks"), "utf8")).toBe("post 1.0\npre 1.0\npost 2.0\n");
        const bad = await site.deploy({ version: "3.0", settings: { hooks: { preStop: ["false"], postStart: ["false"] } } });
        expect(bad).toMatchObject({ kind: "reverted", code: "post_start_failed", report: { current: { version: "2.0" } } });
        await site.deploy({ version: "4.0", settings: { hooks: { preStop: ["false"], postStart: null } } });
        const { process } = await site.report();
        expect(await site.deploy({ version: "5.0" })).toMatchObject({ kind: "reverted", code: "pre_stop_failed" });
        expect((await site.report()).process).toEqual(process);
        expect(await site.deploy({ version: "5.0", mode: "rollback" })).toMatchObject({ kind: "verified" });
      }),
    );

    it(
      "kills what does not stop within its grace",
      inSite(async ({ site }) => {
        await site.deploy({ version: "1.0", behaviour: "stubborn", settings: { stopGraceS: 0.3 } });
        expect(await site.deploy({ version: "2.0" })).toMatchObject({ kind: "verified" });
        expect(await site.serves()).toBe("2.0");
      }),
    );

    it(
      "believes a port or a command, where the settings say so",
      inSite(async ({ site }) => {
        expect(await site.deploy({ settings: { health: { kind: "tcp" } } })).toMatchObject({ kind: "verified" });
        const health = { kind: "command", argv: ["test", "-f", "server.mjs"] } as const;
        expect(await site.deploy({ revision: 2, settings: { health } })).toMatchObject({ kind: "verified" });
        const never = { kind: "command", argv: ["test", "-f", "nothing"] } as const;
        const result = await site.deploy({ revision: 3, settings: { health: never, startDeadlineS: 0.5 } });
        expect(result).toMatchObject({ kind: "reverted", code: "unhealthy", detail: "last answer: command ended with 1" });
      }),
    );
  });
}
