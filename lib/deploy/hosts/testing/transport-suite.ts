/** What every transport must do, with real processes: run by the test of each kind. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StaleGeneration } from "../../ports";
import { serverPackage } from "./packages";
import { Site, type TestHost } from "./site";

export function describeTransport(name: string, make: () => Promise<TestHost>): void {
  describe(`transport ${name}`, () => {
    let site: Site;
    let scratch: string;
    const foreigners: Server[] = [];

    beforeEach(async () => {
      site = await Site.open(await make());
      scratch = await mkdtemp(join(tmpdir(), "scratch-"));
    });
    afterEach(async () => {
      await Promise.all(foreigners.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
      await site.dispose();
      await rm(scratch, { recursive: true, force: true });
    });

    const listen = (port: number) =>
      new Promise<void>((resolve) => {
        const server = createServer((socket) => socket.end("HTTP/1.0 200 OK\r\n\r\n"));
        foreigners.push(server);
        server.listen(port, site.on.address, resolve);
      });

    describe("activate", () => {
      it("brings a first version up and tells what runs", async () => {
        const result = await site.deploy({ version: "1.0" });
        expect(result).toMatchObject({ kind: "verified", changed: true });
        expect(await site.serves()).toBe("1.0");
        const report = await site.report(true);
        expect(report).toMatchObject({ generation: 1, answers: true, openTx: null, current: { version: "1.0", revision: 1 } });
        expect(report.verified).toEqual(report.current);
        expect(report.process?.startedAt.getTime()).toBeGreaterThan(Date.now() - 60_000);
        expect(report.journal).toMatchObject([{ outcome: "done", mode: "deployment", previous: null, code: null }]);
      });

      it("replaces a version and remembers the one before", async () => {
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
      });

      it("runs the same key once, however often and at once it is asked", async () => {
        const starts = join(scratch, "starts");
        const command = await site.command({ settings: { environment: { STARTS: starts } } });
        const results = await Promise.all([site.activate(command), site.activate(command), site.activate(command)]);
        results.push(await site.activate(command));
        expect(results.map(({ kind }) => kind)).toEqual(["verified", "verified", "verified", "verified"]);
        expect(await readFile(starts, "utf8")).toBe("1.0\n");
        expect((await site.report()).journal).toHaveLength(1);
      });

      it("gives values to the process untouched and nothing of its own", async () => {
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
      });

      it("puts the old version back when the new one exits, with evidence", async () => {
        await site.deploy({ version: "1.0" });
        const result = await site.deploy({ version: "2.0", behaviour: "exits" });
        expect(result).toMatchObject({
          kind: "reverted",
          code: "exited",
          evidence: { exitCode: 3, signal: null, log: ["starting 2.0 as exits", "the configuration is wrong"] },
          report: { current: { version: "1.0" }, verified: { version: "1.0" }, openTx: null },
        });
        expect(await site.serves()).toBe("1.0");
      });

      it("puts the old version back with its own settings when the new one never becomes healthy", async () => {
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
      });

      it("refuses to call a version verified that says it is another", async () => {
        await site.deploy({ version: "1.0" });
        expect(await site.deploy({ version: "2.0", behaviour: "misnamed" })).toMatchObject({
          kind: "reverted",
          code: "wrong_version",
        });
        expect(await site.deploy({ version: "3.0", settings: { versionAt: { path: "/json" } } })).toMatchObject({
          kind: "verified",
        });
      });

      it("says that the program is not there", async () => {
        await site.deploy({ version: "1.0" });
        const result = await site.deploy({ version: "2.0", settings: { start: ["./no-such-program"] } });
        expect(result).toMatchObject({ kind: "reverted", code: "start_failed" });
        expect(await site.serves()).toBe("1.0");
      });

      it("does not take a foreign process on the port for the new version", async () => {
        const command = await site.command({ settings: { versionAt: null } });
        await listen(site.port);
        expect(await site.activate(command)).toMatchObject({ kind: "down", code: "port_in_use", report: { process: null } });
      });

      it("ends down when the old version does not come up either", async () => {
        const tripwire = join(scratch, "tripwire");
        await site.deploy({ version: "1.0", behaviour: "tripwire", settings: { environment: { TRIPWIRE: tripwire } } });
        await writeFile(tripwire, "");
        const result = await site.deploy({ version: "2.0", behaviour: "exits" });
        expect(result).toMatchObject({ kind: "down", code: "exited", report: { process: null, openTx: null } });
        expect(result.kind === "down" && result.detail).toContain("the earlier version: exited");
        await rm(tripwire);
        expect(await site.deploy({ version: "3.0" })).toMatchObject({ kind: "verified" });
      });

      it("stops a first version that does not verify: there is nothing to put back", async () => {
        const result = await site.deploy({ behaviour: "sick", settings: { startDeadlineS: 0.5 } });
        expect(result).toMatchObject({ kind: "down", code: "unhealthy", report: { process: null, verified: null } });
        expect(await site.serves()).toBeNull();
      });

      it("goes back to the version verified last, not to where a failure left off", async () => {
        await site.deploy({ version: "1.0" });
        await site.deploy({ version: "2.0", behaviour: "exits" });
        const result = await site.deploy({ version: "3.0", behaviour: "exits" });
        expect(result).toMatchObject({ kind: "reverted", report: { current: { version: "1.0" } } });
        expect((await site.report()).journal.map(({ outcome }) => outcome)).toEqual(["done", "reverted", "reverted"]);
      });

      it("touches nothing when it runs already, and restarts when forced", async () => {
        await site.deploy({ version: "1.0" });
        const before = await site.report();
        expect(await site.deploy({ version: "1.0" })).toMatchObject({ kind: "verified", changed: false });
        expect((await site.report()).process).toEqual(before.process);
        expect(await site.deploy({ version: "1.0", force: true })).toMatchObject({ kind: "verified", changed: true });
        expect((await site.report()).process?.pid).not.toBe(before.process?.pid);
      });

      it("starts again what runs already on paper but has died", async () => {
        await site.deploy({ version: "1.0" });
        const { process: died } = await site.report();
        if (died) process.kill(died.pid, "SIGKILL");
        await site.until(({ process }) => process === null);
        expect(await site.deploy({ version: "1.0" })).toMatchObject({ kind: "verified", changed: true });
      });

      it("refuses when something else runs than expected, and when the release is not there", async () => {
        await site.deploy({ version: "1.0" });
        const other = await serverPackage("good", "other");
        const refused = await site.deploy({ version: "2.0", expect: { sha256: other.sha256, revision: 1 } });
        expect(refused).toMatchObject({ kind: "refused", code: "precondition_changed", report: { current: { version: "1.0" } } });
        const command = await site.command({ version: "2.0" });
        const missing = { ...command, release: { ...command.release, sha256: other.sha256 } };
        expect(await site.activate(missing)).toMatchObject({ kind: "refused", code: "release_missing" });
        expect(await site.serves()).toBe("1.0");
        expect((await site.report()).journal).toHaveLength(1);
      });

      it("runs the hooks, and a failing one stops or takes back the change", async () => {
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
      });

      it("kills what does not stop within its grace", async () => {
        await site.deploy({ version: "1.0", behaviour: "stubborn", settings: { stopGraceS: 0.3 } });
        expect(await site.deploy({ version: "2.0" })).toMatchObject({ kind: "verified" });
        expect(await site.serves()).toBe("2.0");
      });

      it("believes a port or a command, where the settings say so", async () => {
        expect(await site.deploy({ settings: { health: { kind: "tcp" } } })).toMatchObject({ kind: "verified" });
        const health = { kind: "command", argv: ["test", "-f", "server.mjs"] } as const;
        expect(await site.deploy({ revision: 2, settings: { health } })).toMatchObject({ kind: "verified" });
        const never = { kind: "command", argv: ["test", "-f", "nothing"] } as const;
        const result = await site.deploy({ revision: 3, settings: { health: never, startDeadlineS: 0.5 } });
        expect(result).toMatchObject({ kind: "reverted", code: "unhealthy", detail: "last answer: command ended with 1" });
      });
    });

    describe("generations", () => {
      it("refuses every command that is older than what the host has seen", async () => {
        await site.deploy({ generation: 5 });
        const { transport, host } = site.on;
        expect(await site.deploy({ version: "2.0", generation: 4 })).toMatchObject({ kind: "refused", code: "stale_generation" });
        await expect(transport.fence(host, { instance: site.instance, generation: 4, cancelUnless: null })).rejects.toThrow(
          StaleGeneration,
        );
        await expect(transport.powerOff(host, { instance: site.instance, generation: 4 })).rejects.toMatchObject({ seen: 5 });
        expect(await site.serves()).toBe("1.0");
        expect(await site.deploy({ version: "2.0", generation: 5 })).toMatchObject({ kind: "verified" });
      });

      it("remembers a fence for an instance that it has never seen", async () => {
        const { transport, host } = site.on;
        const report = await transport.fence(host, { instance: site.instance, generation: 3, cancelUnless: "always" });
        expect(report).toMatchObject({ generation: 3, journal: [], current: null });
        expect(await site.deploy({ generation: 2 })).toMatchObject({ kind: "refused", code: "stale_generation" });
      });

      it("cancels a change in its health wait, which puts the old version back at once", async () => {
        await site.deploy({ version: "1.0" });
        const command = await site.command({ version: "2.0", behaviour: "sick", settings: { startDeadlineS: 600 } });
        const running = site.activate(command);
        await site.until(({ openTx, current }) => openTx === command.tx && current?.version === "2.0");
        const fenced = await site.on.transport.fence(site.on.host, {
          instance: site.instance,
          generation: 2,
          cancelUnless: "always",
        });
        expect(fenced).toMatchObject({ generation: 2, openTx: command.tx });
        expect(await running).toMatchObject({ kind: "reverted", code: "cancelled", report: { current: { version: "1.0" } } });
        expect(await site.serves()).toBe("1.0");
      });

      it("lets a change finish that brings just what the new owner wants", async () => {
        await site.deploy({ version: "1.0" });
        const command = await site.command({ version: "2.0", behaviour: "slow" });
        const running = site.activate(command);
        await site.until(({ openTx }) => openTx === command.tx);
        const { sha256, revision } = command.release;
        await site.on.transport.fence(site.on.host, {
          instance: site.instance,
          generation: 2,
          cancelUnless: { sha256, revision },
        });
        expect(await running).toMatchObject({ kind: "verified", changed: true });
      });

      it("lets a newer change wait for the one under way", async () => {
        await site.deploy({ version: "1.0" });
        const slow = await site.command({ version: "2.0", behaviour: "slow" });
        const next = await site.command({ version: "3.0", generation: 2 });
        const running = site.activate(slow);
        await site.until(({ openTx }) => openTx === slow.tx);
        const waiting = site.activate(next);
        await site.until(({ generation }) => generation === 2);
        expect(await running).toMatchObject({ kind: "verified" });
        expect(await waiting).toMatchObject({ kind: "verified" });
        expect(await site.serves()).toBe("3.0");
      });
    });

    describe("power off and boot", () => {
      it("stops the process and leaves it off until it is booted", async () => {
        await site.deploy({ version: "1.0" });
        const { transport, host } = site.on;
        expect(await transport.powerOff(host, { instance: site.instance, generation: 1 })).toMatchObject({
          process: null,
          current: { version: "1.0" },
        });
        expect(await site.report(true)).toMatchObject({ process: null, answers: false });
        const [booted] = await transport.boot(host, [site.instance, "never-seen"]);
        expect(booted?.process).not.toBeNull();
        expect(await site.serves()).toBe("1.0");
        const [again] = await transport.boot(host, [site.instance]);
        expect(again?.process).toEqual(booted?.process);
      });

      it("does not wait for the deadline of a change under way", async () => {
        await site.deploy({ version: "1.0" });
        const command = await site.command({ version: "2.0", behaviour: "sick", settings: { startDeadlineS: 600 } });
        const running = site.activate(command);
        await site.until(({ openTx, current }) => openTx === command.tx && current?.version === "2.0");
        const off = await site.on.transport.powerOff(site.on.host, { instance: site.instance, generation: 1 });
        expect(off).toMatchObject({ process: null, openTx: null, current: { version: "1.0" } });
        expect(await running).toMatchObject({ kind: "reverted", code: "cancelled" });
      });
    });

    describe("stage and prune", () => {
      it("moves bytes once", async () => {
        const archive = await serverPackage();
        let opened = 0;
        const open = async () => {
          opened += 1;
          return Readable.from([archive.bytes]);
        };
        const { transport, host } = site.on;
        expect(await transport.stage(host, archive, open)).toEqual({ kind: "staged", moved: true });
        expect(await transport.stage(host, archive, open)).toEqual({ kind: "staged", moved: false });
        expect(opened).toBe(1);
        expect((await site.report()).releases).toEqual([archive.sha256]);
      });

      it("continues a transfer that broke, and refuses bytes with another digest", async () => {
        const archive = await serverPackage();
        const { transport, host } = site.on;
        const half = archive.bytes.subarray(0, 300);
        const cut = await transport.stage(host, archive, async () => Readable.from([half]));
        expect(cut).toEqual({
          kind: "failed",
          code: "package_digest_mismatch",
          detail: `only 300 of ${archive.size} bytes came`,
        });
        expect((await site.report()).releases).toEqual([]);
        const chunks = [archive.bytes.subarray(0, 200), archive.bytes.subarray(200)];
        expect(await transport.stage(host, archive, async () => Readable.from(chunks))).toEqual({ kind: "staged", moved: true });
        const wrong = { sha256: "0".repeat(64), size: archive.size };
        expect(await transport.stage(host, wrong, async () => Readable.from([archive.bytes]))).toMatchObject({
          kind: "failed",
          code: "package_digest_mismatch",
        });
      });

      it("hands on why the bytes could not be had", async () => {
        const broken = () => Promise.resolve(Readable.from(fails()));
        async function* fails(): AsyncGenerator<Buffer> {
          yield Buffer.from("x");
          throw new Error("the store is away");
        }
        const archive = await serverPackage();
        await expect(site.on.transport.stage(site.on.host, archive, broken)).rejects.toThrow("the store is away");
      });

      it("prunes what nobody needs, and nothing else", async () => {
        await site.deploy({ version: "1.0" });
        await site.deploy({ version: "2.0" });
        const [spare, kept] = [await serverPackage("good", "spare"), await serverPackage("good", "kept")];
        await site.stage(spare);
        await site.stage(kept);
        const before = await site.report();
        const { removed } = await site.on.transport.prune(site.on.host, [kept.sha256]);
        const first = before.journal[0]?.release.sha256;
        expect([...removed].sort()).toEqual([spare.sha256, first].sort());
        expect([...(await site.report()).releases].sort()).toEqual([kept.sha256, before.current?.sha256].sort());
      });

      it("never prunes what a change under way leaves or brings", async () => {
        await site.deploy({ version: "1.0" });
        const command = await site.command({ version: "2.0", behaviour: "slow" });
        const running = site.activate(command);
        await site.until(({ openTx }) => openTx === command.tx);
        expect(await site.on.transport.prune(site.on.host, [])).toEqual({ removed: [] });
        expect(await running).toMatchObject({ kind: "verified" });
      });
    });

    it("answers for several instances at once, known or not, whatever they are called", async () => {
      const odd = "../web 1/é%";
      const two = await site.command();
      await site.activate({ ...two, instance: odd });
      const reports = await site.on.transport.inspect(site.on.host, ["unknown", odd], { check: true });
      expect(reports).toMatchObject([
        { instance: "unknown", generation: 0, current: null, process: null, journal: [] },
        { instance: odd, answers: true, current: { version: "1.0" } },
      ]);
      await site.on.transport.powerOff(site.on.host, { instance: odd, generation: 1 });
    });

    it("runs as the settings' deadline says, not the caller's patience", async () => {
      const command = await site.command({ behaviour: "slow" });
      const { transport, host } = site.on;
      await expect(transport.activate(host, command, { timeoutMs: 700 })).rejects.toMatchObject({ name: "HostUnreachable" });
      expect(await transport.activate(host, command)).toMatchObject({ kind: "verified", changed: true });
      expect((await site.report()).journal).toHaveLength(1);
    });
  });
}
