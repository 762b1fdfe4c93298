import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hasEnded } from "../domain/statuses";
import type { Deeds } from "./testing/deeds";
import type { Fleet } from "./testing/fleet";
import { onFleet } from "./testing/on-fleet";
import { expectTheTruth } from "./testing/truth";
import { until } from "./testing/until";

const WAVES = { canary: 1, waveSize: "100%", bakeSeconds: 0, minHealthy: "0%", maxParallel: 10 } as const;
const SLOWLY = { timeout: 300_000 };
const MOST_KILLS = 40;

/** All that can be seen of how far a rollout is, in one word; null once it has ended. */
async function progressOf(deeds: Deeds, id: string): Promise<string | null> {
  const { db } = deeds.fleet.core;
  const rollout = await deeds.rollout(id);
  if (hasEnded(rollout.status)) return null;
  const targets = (await deeds.targets(id)).map((target) => `${target.status}${target.attempt}`);
  const steps = (await db.step.findMany({ where: { rolloutId: id }, orderBy: { id: "asc" } })).map(
    (step) => `${step.kind}${step.state}${step.folded}`,
  );
  // That a worker has taken over gets nothing further.
  const told = await db.event.count({ where: { rolloutId: id, code: { not: "worker_took_over" } } });
  return [rollout.status, told, ...targets, ...steps].join(" ");
}

/** One worker after another drives the rollout, each killed as soon as it has got anything further; returns how many were. */
async function killAtEveryStep(deeds: Deeds, id: string): Promise<number> {
  const seen = new Set<string | null>([await progressOf(deeds, id)]);
  for (let kills = 0; ; kills += 1) {
    const worker = await deeds.fleet.childWorker();
    const now = await until(
      "the rollout gets further",
      async () => {
        const progress = await progressOf(deeds, id);
        return progress === null || (!seen.has(progress) && kills < MOST_KILLS) ? { progress } : null;
      },
      2,
    );
    await worker.kill();
    if (now.progress === null) return kills;
    seen.add(now.progress);
    await deeds.fleet.leasesRunOut();
  }
}

/** No host has done a change twice. */
async function expectEachChangeOnce(fleet: Fleet): Promise<void> {
  for (const report of await fleet.reports()) {
    const keys = report.journal.map((entry) => entry.tx);
    expect(new Set(keys).size).toBe(keys.length);
  }
}

/** A version everywhere, and no worker left. */
async function beginWith(deeds: Deeds, ...versions: readonly string[]): Promise<void> {
  const worker = await deeds.fleet.worker();
  for (const version of versions) await deeds.runs(version);
  await deeds.fleet.stopWorker(worker);
  // Whoever was alive a moment ago counts: the next deployment is accepted, and waits.
  await deeds.fleet.core.db.worker.updateMany({ data: { stoppedAt: null } });
}

describe("workers that are killed at every step", SLOWLY, () => {
  it(
    "lose nothing of a deployment, and do nothing twice",
    onFleet(
      async (deeds, fleet) => {
        await beginWith(deeds, "1.0");
        await fleet.publish("2.0");
        const id = await deeds.deploy("2.0", { strategy: WAVES });
        expect(await killAtEveryStep(deeds, id)).toBeGreaterThan(3);
        await deeds.ended(id, "succeeded");
        for (const instance of fleet.instances) expect(await deeds.story(instance)).toEqual(["1.0 replaced", "2.0 runs"]);
        await expectEachChangeOnce(fleet);
        await expectTheTruth(fleet);
      },
      { workers: 0 },
    ),
  );

  it("lose nothing of a deployment that fails and is put back", async () => {
    const tripwire = join(tmpdir(), `slipway-tripwire-${process.pid}-${Date.now()}`);
    await onFleet(
      async (deeds, fleet) => {
        await beginWith(deeds, "1.0");
        await fleet.publish("2.0", "tripwire");
        const id = await deeds.deploy("2.0", { strategy: { ...WAVES, promotion: "after_canary" } });
        const first = await fleet.childWorker();
        await deeds.reaches(id, "paused");
        await first.kill();
        await fleet.leasesRunOut();
        await writeFile(tripwire, "");
        await fleet.core.act({ name: "Mei" }, { id, action: "promote", wave: 2 });
        expect(await killAtEveryStep(deeds, id)).toBeGreaterThan(3);
        await deeds.ended(id, "rolled_back");
        const stories = await Promise.all(fleet.instances.map((instance) => deeds.story(instance)));
        expect(stories.map((story) => story.join(", ")).sort()).toEqual([
          "1.0 replaced, 2.0 put_back, 1.0 runs",
          "1.0 runs, 2.0 failed",
        ]);
        await expectEachChangeOnce(fleet);
        await expectTheTruth(fleet);
      },
      { workers: 0, settings: { environment: { TRIPWIRE: tripwire } } },
    )().finally(() => rm(tripwire, { force: true }));
  });

  it(
    "lose nothing of a rollback",
    onFleet(
      async (deeds, fleet) => {
        await beginWith(deeds, "1.0", "2.0");
        const { id } = await deeds.takeBack();
        expect(await killAtEveryStep(deeds, id)).toBeGreaterThan(3);
        await deeds.ended(id, "succeeded");
        for (const instance of fleet.instances)
          expect(await deeds.story(instance)).toEqual(["1.0 replaced", "2.0 rolled_back", "1.0 runs"]);
        await expectEachChangeOnce(fleet);
        await expectTheTruth(fleet);
      },
      { workers: 0 },
    ),
  );
});

describe("a worker that goes away", SLOWLY, () => {
  it(
    "in the middle of a change leaves it to the host, which ends it by itself; the next worker collects it by its key",
    onFleet(
      async (deeds, fleet) => {
        await beginWith(deeds, "1.0");
        await fleet.publish("2.0", "slow");
        const id = await deeds.deploy("2.0");
        const worker = await fleet.childWorker();
        await until("the change is under way", async () =>
          (await fleet.reports()).every((report) => report.openTx === `${id}:1` && report.current?.version === "2.0"),
        );
        await worker.kill();
        const ended = await until("the host has ended it", async () => {
          const reports = await fleet.reports();
          return reports.every((report) => report.openTx === null) ? reports : null;
        });
        expect(await deeds.rollout(id)).toMatchObject({ status: "running" });
        await fleet.leasesRunOut();
        await fleet.worker();
        await deeds.ended(id, "succeeded");
        expect((await fleet.reports()).map(({ process }) => process)).toEqual(ended.map(({ process }) => process));
        await expectEachChangeOnce(fleet);
        await expectTheTruth(fleet);
      },
      { workers: 0 },
    ),
  );

  it(
    "is followed by a live one when its leases run out, without anybody's help",
    onFleet(
      async (deeds, fleet) => {
        await beginWith(deeds, "1.0");
        await fleet.publish("2.0", "slow");
        const id = await deeds.deploy("2.0", { strategy: WAVES });
        const dies = await fleet.childWorker();
        await deeds.targetReaches(id, "switching");
        await fleet.worker();
        await dies.kill();
        await deeds.ended(id, "succeeded");
        await expectTheTruth(fleet);
      },
      { workers: 0 },
    ),
  );

  it(
    "frozen past its leases and awake again changes nothing: others have gone on meanwhile",
    onFleet(
      async (deeds, fleet) => {
        await beginWith(deeds, "1.0");
        await fleet.publish("2.0", "slow");
        const frozen = await fleet.childWorker();
        const id = await deeds.deploy("2.0", { strategy: WAVES });
        await until(
          "it has begun a change",
          async () => (await fleet.core.db.step.count({ where: { rolloutId: id, kind: "activate", state: "claimed" } })) > 0,
          2,
        );
        frozen.freeze();
        await fleet.worker();
        await deeds.ended(id, "succeeded");
        const back = await deeds.rollBackTo("1.0");
        await deeds.ended(back, "succeeded");
        const before = await atRest(deeds);
        const frozenRow = await fleet.core.db.worker.findFirstOrThrow({ where: { pid: frozen.pid } });
        frozen.wake();
        await until(
          "it works again",
          async () =>
            (await fleet.core.db.worker.count({ where: { id: frozenRow.id, lastSeenAt: { gt: frozenRow.lastSeenAt } } })) > 0,
        );
        const next = await deeds.rollBackTo("1.0", { rollbackId: "once-more" });
        await deeds.ended(next, "succeeded");
        expect(await atRest(deeds)).toEqual(before);
        await expectEachChangeOnce(fleet);
        await expectTheTruth(fleet);
      },
      { workers: 0 },
    ),
  );
});

/** What runs where, and how it is told. */
async function atRest(deeds: Deeds) {
  const reports = (await deeds.fleet.reports()).map(({ current, process }) => ({ version: current?.version, process }));
  const stories = await Promise.all(deeds.fleet.instances.map((instance) => deeds.history(instance)));
  return { reports, stories };
}
