import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, inject, it } from "vitest";
import { readConfig } from "@/lib/config";
import { eventFrames } from "../api/server/event-stream";
import { backUpCluster } from "../postgres/backup";
import { removeCluster } from "../postgres/cluster";
import { startEmbedded } from "../postgres/embedded";
import { type Core, composeCore } from "./compose";
import type { Deeds } from "./engine/testing/deeds";
import { openEngineWorker } from "./engine/testing/engine-worker";
import { type Fleet, MEI, SERVICE } from "./engine/testing/fleet";
import { onFleet } from "./engine/testing/on-fleet";
import { until } from "./engine/testing/until";

const SLOWLY = { timeout: 240_000 };
const GATED = { canary: 1, promotion: "after_canary", bakeSeconds: 0, minHealthy: "0%" } as const;

/** Copies the fleet's database, and gives back what brings the copy up on another server: a console as of the moment of the backup. */
async function backUp(fleet: Fleet): Promise<<T>(work: (restored: Core) => Promise<T>) => Promise<T>> {
  const folder = await mkdtemp(path.join(tmpdir(), "slipway-backup-"));
  await chmod(folder, 0o711);
  const home = path.join(folder, "postgres");
  await backUpCluster(inject("postgres").maintenanceUrl, home);
  return async (work) => {
    const server = await startEmbedded({ home });
    const url = server.urlOf(new URL(fleet.database.url).pathname.slice(1));
    const config = readConfig({
      DATABASE_URL: url,
      SLIPWAY_DATA: path.join(folder, "data"),
      SLIPWAY_TRUSTED_AFTER: "0",
      SLIPWAY_ALLOW_LOOPBACK_PACKAGES: "1",
      SLIPWAY_POOL: "4",
    });
    const core = composeCore(config);
    const worker = await openEngineWorker(config, fleet.transport, () => undefined);
    try {
      // Whoever drove it before is not there any more, and its leases have run out.
      await core.db.$executeRaw`UPDATE rollouts SET lease_until = NULL`;
      await core.db.$executeRaw`UPDATE steps SET lease_until = clock_timestamp() WHERE lease_until IS NOT NULL`;
      await worker.start();
      return await work(core);
    } finally {
      await worker.stop();
      await core.close();
      await server.stop();
      await removeCluster(home);
      await rm(folder, { recursive: true, force: true });
    }
  };
}

/** 1.0 everywhere, and the backup taken while a deployment of 2.0 waits at its gate with one instance changed. */
async function backedUpAtTheGate(deeds: Deeds, fleet: Fleet) {
  const worker = await fleet.worker();
  await deeds.runs("1.0");
  await fleet.publish("2.0");
  const rollout = await deeds.deploy("2.0", { strategy: GATED });
  await deeds.reaches(rollout, "paused");
  return { rollout, worker, restore: await backUp(fleet) };
}

async function endOf(core: Core, id: string) {
  return until(`the end of ${id}`, async () => {
    const { status, completedAt } = await core.db.rollout.findUniqueOrThrow({ where: { id } });
    return completedAt === null ? null : { status };
  });
}

const NO_WORKER = { workers: 0 };

describe("a backup taken during a rollout, restored elsewhere", SLOWLY, () => {
  it(
    "has the rollout as it was, and finishes it with the hosts as they are",
    onFleet(async (deeds, fleet) => {
      const { rollout, worker, restore } = await backedUpAtTheGate(deeds, fleet);
      // Meanwhile the console that was backed up has finished it, and is then lost.
      await fleet.core.act(MEI, { id: rollout, action: "promote", wave: 2 });
      await deeds.ended(rollout, "succeeded");
      await fleet.stopWorker(worker);
      await restore(async (restored) => {
        expect((await restored.queries.rollout(rollout)).status).toBe("paused");
        await restored.act(MEI, { id: rollout, action: "promote", wave: 2 });
        expect(await endOf(restored, rollout)).toEqual({ status: "succeeded" });
        const runs = await restored.db.activation.findMany({ where: { endedAt: null } });
        expect(runs.map((run) => run.version)).toEqual(fleet.instances.map(() => "2.0"));
      });
      // Each host was asked for a change that it knew already: it did it once.
      for (const { journal } of await fleet.reports()) {
        expect(journal.filter((entry) => entry.release.version === "2.0")).toHaveLength(1);
      }
    }, NO_WORKER),
  );

  it(
    "says which instances run something else than it records, and goes back from there all the same",
    onFleet(async (deeds, fleet) => {
      const { rollout, worker, restore } = await backedUpAtTheGate(deeds, fleet);
      await fleet.core.act(MEI, { id: rollout, action: "abort" });
      await deeds.ended(rollout, "cancelled");
      await deeds.runs("3.0");
      await fleet.stopWorker(worker);
      await restore(async (restored) => {
        await restored.act(MEI, { id: rollout, action: "abort" });
        const drifted = await until("every instance is found to run something else", async () => {
          await restored.db.host.updateMany({ data: { nextInspectAt: new Date(0) } });
          const events = await restored.db.event.findMany({ where: { code: "instance_drifted" } });
          return events.length === fleet.instances.length ? events : null;
        });
        expect(drifted.map(({ params }) => params)).toEqual(
          expect.arrayContaining(fleet.instances.map((instance) => expect.objectContaining({ instance, runs: "3.0" }))),
        );
        const states = await restored.db.$queryRaw<object[]>`SELECT status, condition FROM instance_states`;
        expect(states).toEqual(fleet.instances.map(() => ({ status: "error", condition: "drift" })));
        // The hosts have seen higher generations than this database knows of.
        const back = await restored.startRollback(MEI, {
          rollbackId: "back-from-there",
          service: SERVICE,
          targetVersion: "1.0",
          instances: fleet.instances,
          packageUrl: fleet.urlOf("1.0"),
        });
        expect(await endOf(restored, back.id)).toEqual({ status: "succeeded" });
      });
      expect((await fleet.reports()).map((report) => report.current?.version)).toEqual(fleet.instances.map(() => "1.0"));
    }, NO_WORKER),
  );

  it(
    "tells readers who have seen more than it to begin anew",
    onFleet(async (deeds, fleet) => {
      const { rollout, worker, restore } = await backedUpAtTheGate(deeds, fleet);
      await fleet.core.act(MEI, { id: rollout, action: "promote", wave: 2 });
      await deeds.ended(rollout, "succeeded");
      const seen = await fleet.core.reads.topPosition();
      await fleet.stopWorker(worker);
      await restore(async (restored) => {
        const leaving = new AbortController();
        const frames = await eventFrames(restored, {}, seen, leaving.signal);
        const first = await frames.next();
        expect(first.value).toContain("event: reset");
        leaving.abort();
        await frames.return();
      });
    }, NO_WORKER),
  );
});
