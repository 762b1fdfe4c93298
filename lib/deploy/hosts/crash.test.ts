import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ServiceSettings } from "../domain/settings";
import { HostUnreachable } from "../ports";
import { localHost } from "./testing/local-host";
import { ownCommands } from "./testing/own-commands";
import { Site, type TestHost } from "./testing/site";

/**
 * The shell of a transaction is killed by SIGKILL before and after each of its journal entries. Whatever the instant, the
 * instance runs the old or the new version afterwards, and the journal says which.
 */
const ENTRIES = ["begun", "pre_stop", "stop", "switch", "start", "verify", "post_start", "done"] as const;
const HOOKS = { preStop: ["true"], postStart: ["true"] };
const SWITCHED_AFTER = "start before";

const RESTARTING = {
  supervised: () => ({ runs: { kind: "supervised" } }),
  "run by commands of one's own": ownCommands,
} satisfies Record<string, (on: TestHost) => Partial<ServiceSettings>>;

type Mode = "deployment" | "rollback";

/** One instance that runs 1.0; `dying` is the same host through a transport whose workers die where told. */
async function inCrashSite(
  dieAt: string,
  test: (site: Site, dying: Site) => Promise<void>,
  way: (on: TestHost) => Partial<ServiceSettings> = () => ({}),
): Promise<void> {
  const on = await localHost();
  const settings = way(on);
  const site = await Site.open(on);
  const { transport } = await localHost({ environment: { SLIPWAY_TEST_DIE_AT: dieAt }, root: on.host.root });
  try {
    expect(await site.deploy({ version: "1.0", settings: { hooks: HOOKS, ...settings } })).toMatchObject({ kind: "verified" });
    await test(site, site.through(transport));
  } finally {
    await site.dispose();
  }
}

/** What the journal and the network say must be the same. */
async function expectSettled(site: Site, version: string, outcome: string): Promise<void> {
  const report = await site.report();
  expect(report).toMatchObject({ openTx: null, current: { version }, verified: { version } });
  expect(report.process).not.toBeNull();
  expect(report.journal.at(-1)).toMatchObject({ outcome });
  expect(await site.serves()).toBe(version);
  expect(await site.processes()).toHaveLength(1);
}

describe.concurrent("a transaction whose shell is killed", () => {
  const instants = ENTRIES.flatMap((entry) => ["before", "after"].map((when) => ({ entry, when })));
  const switched = (entry: string, when: string) => {
    const order = instants.map((instant) => `${instant.entry} ${instant.when}`);
    return order.indexOf(`${entry} ${when}`) >= order.indexOf(SWITCHED_AFTER);
  };

  const endOf = (mode: Mode, entry: string, when: string) =>
    entry === "done" && when === "after"
      ? { kind: "verified", version: "2.0", outcome: "done" }
      : entry === "begun" && when === "before"
        ? { kind: "refused", version: "1.0", outcome: "done" }
        : mode === "rollback" && switched(entry, when)
          ? { kind: "verified", version: "2.0", outcome: "done" }
          : { kind: "reverted", version: "1.0", outcome: "reverted" };

  for (const mode of ["deployment", "rollback"] satisfies Mode[]) {
    for (const { entry, when } of instants) {
      const ends = endOf(mode, entry, when);
      it(`${when} ${entry} of a ${mode}: ${ends.kind}, ${ends.version} runs`, () =>
        inCrashSite(`_activate/${entry}/${when}`, async (site, dying) => {
          const result = await dying.deploy({ version: "2.0", mode, settings: { hooks: HOOKS } });
          expect(result).toMatchObject(ends.kind === "verified" ? { kind: "verified" } : { kind: ends.kind, code: "internal" });
          await expectSettled(site, ends.version, ends.outcome);
        }));
    }
  }

  // What restarts by itself must not begin a second process in these gaps. The instants before an entry differ from those after the one
  // before it only for a plain process, whose every step is walked above.
  for (const [kind, way] of Object.entries(RESTARTING)) {
    for (const [mode, entries] of [
      ["deployment", ["begun", "pre_stop", "stop", "switch", "start", "verify", "post_start", "done"]],
      ["rollback", ["stop", "switch", "start", "verify"]],
    ] as const) {
      for (const entry of entries) {
        const ends = endOf(mode, entry, "after");
        it(`after ${entry} of a ${mode} of what is ${kind}: ${ends.kind}, ${ends.version} runs`, () =>
          inCrashSite(
            `_activate/${entry}/after`,
            async (site, dying) => {
              const result = await dying.deploy({ version: "2.0", mode, settings: { hooks: HOOKS, ...way(site.on) } });
              expect(result).toMatchObject({ kind: ends.kind });
              await expectSettled(site, ends.version, ends.outcome);
            },
            way,
          ));
      }
    }
  }

  for (const [entry, when] of [
    ["reverting", "before"],
    ["reverting", "after"],
    ["revert_start", "before"],
    ["revert_start", "after"],
    ["reverted", "before"],
  ] as const) {
    it(`${when} ${entry}, on its way back from a version that exits: the old one runs, with the reason`, () =>
      inCrashSite(`_activate/${entry}/${when}`, async (site, dying) => {
        const result = await dying.deploy({ version: "2.0", behaviour: "exits" });
        // Before the way back was written down nobody knows why it was taken; afterwards the reason is kept.
        expect(result).toMatchObject({
          kind: "reverted",
          code: entry === "reverting" && when === "before" ? "internal" : "exited",
        });
        await expectSettled(site, "1.0", "reverted");
      }));
  }

  for (const { mode, dieAt, version, outcome } of [
    ...["recover/before", "recover/after", "reverting/after", "revert_start/before", "revert_start/after", "reverted/before"].map(
      (instant) => ({
        mode: "deployment" as const,
        dieAt: `_activate/verify/after,_recover/${instant}`,
        version: "1.0",
        outcome: "reverted",
      }),
    ),
    ...["recover/after", "start/before", "start/after", "verify/after", "done/before"].map((instant) => ({
      mode: "rollback" as const,
      dieAt: `_activate/start/before,_recover/${instant}`,
      version: "2.0",
      outcome: "done",
    })),
    ...["recover/after", "reverting/after", "revert_start/after"].map((instant) => ({
      mode: "rollback" as const,
      dieAt: `_activate/stop/after,_recover/${instant}`,
      version: "1.0",
      outcome: "reverted",
    })),
  ]) {
    it(`and whose recoveries are killed too (${mode}, ${dieAt}): ${version} runs in the end`, () =>
      inCrashSite(dieAt, async (site, dying) => {
        const command = await site.command({ version: "2.0", mode });
        // An entry that a recovery writes once kills it once, and the next one gets through; at others each of them dies.
        const once = dieAt.endsWith("reverting/after");
        if (once) expect(await dying.activate(command)).toMatchObject({ kind: "reverted" });
        else await expect(dying.activate(command)).rejects.toThrow(HostUnreachable);
        expect((await site.activate(command)).kind).toBe(outcome === "done" ? "verified" : "reverted");
        await expectSettled(site, version, outcome);
      }));
  }

  it("without an earlier version keeps a new one that is healthy", async () => {
    const on = await localHost({ environment: { SLIPWAY_TEST_DIE_AT: "_activate/verify/after" } });
    const site = await Site.open(on);
    try {
      expect(await site.deploy({ version: "1.0" })).toMatchObject({ kind: "verified" });
      await expectSettled(site, "1.0", "done");
    } finally {
      await site.dispose();
    }
  });

  describe("of an instance that was stopped for good", () => {
    // What does not run has no hook to be asked before it is stopped.
    for (const entry of ENTRIES.filter((each) => each !== "pre_stop")) {
      const goesOn = switched(entry, "after");
      it(`after ${entry}: ${goesOn ? "the new version" : "nothing"} runs`, () =>
        inCrashSite(`_activate/${entry}/after`, async (site, dying) => {
          const { transport, host } = site.on;
          await transport.stop(host, { instance: site.instance, tx: "stop", generation: 2 });
          const settings = { hooks: HOOKS };
          const result = await dying.deploy({ version: "2.0", settings, generation: 3 });
          expect(result.kind).toBe(goesOn ? "verified" : "down");
          await transport.boot(host, [site.instance]);
          if (goesOn) return expectSettled(site, "2.0", "done");
          expect(await site.report()).toMatchObject({ process: null, openTx: null });
          expect(await site.processes()).toEqual([]);
        }));
    }

    it("and still runs, since whoever stopped it was killed: brought again, it is what a failed change goes back to", () =>
      inCrashSite("", async (site) => {
        const { transport, host } = site.on;
        const settings = { hooks: HOOKS };
        await writeFile(join(host.root, "instances", site.instance, "power"), "stopped stop\nstopped stop\n", { flag: "r+" });
        expect(await site.deploy({ version: "1.0", settings })).toMatchObject({ kind: "verified", changed: false });
        expect(await site.deploy({ version: "2.0", behaviour: "exits" })).toMatchObject({ kind: "reverted" });
        await expectSettled(site, "1.0", "reverted");
        for (const pid of await site.processes()) process.kill(pid, "SIGKILL");
        const [booted] = await transport.boot(host, [site.instance]);
        expect(booted?.process).not.toBeNull();
      }));
  });

  it("is recovered by whoever comes next: a look at the host is enough", () =>
    inCrashSite("_activate/verify/after,_recover/recover/before", async (site, dying) => {
      await expect(dying.deploy({ version: "2.0" })).rejects.toThrow(HostUnreachable);
      expect((await site.report()).openTx).not.toBeNull();
      await site.until(({ openTx }) => openTx === null);
      await expectSettled(site, "1.0", "reverted");
    }));

  it("is settled before a newer change begins", () =>
    inCrashSite("_activate/verify/after,_recover/recover/before", async (site, dying) => {
      await expect(dying.deploy({ version: "2.0" })).rejects.toThrow(HostUnreachable);
      expect(await site.deploy({ version: "3.0", generation: 2 })).toMatchObject({ kind: "verified" });
      expect((await site.report()).journal.map(({ outcome }) => outcome)).toEqual(["done", "reverted", "done"]);
    }));
});

it("a program that outlives its killed shell and then names the change has begun it", async () => {
  const tools = await mkdtemp(join(tmpdir(), "outlives-"));
  const mv = `#!/bin/sh\ncase "$*" in *"-T "*/activations/.new.*) kill -9 "$PPID"; sleep 0.5 ;; esac\nPATH=\${PATH#*:}\nexec mv "$@"\n`;
  await writeFile(join(tools, "mv"), mv, { mode: 0o755 });
  const on = await localHost();
  const site = await Site.open(on);
  try {
    await site.deploy({ version: "1.0" });
    const { transport } = await localHost({ environment: { PATH: `${tools}:${process.env.PATH ?? ""}` }, root: on.host.root });
    expect(await site.through(transport).deploy({ version: "2.0" })).toMatchObject({ kind: "reverted", code: "internal" });
    await expectSettled(site, "1.0", "reverted");
  } finally {
    await site.dispose();
    await rm(tools, { recursive: true });
  }
});
