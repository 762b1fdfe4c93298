/** Wires a worker: the one process that reaches hosts. */
import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import type { Config } from "@/lib/config";
import { sentence } from "@/lib/sentences";
import { composePackages, spoolOf } from "./compose-packages";
import { startChores } from "./engine/chores";
import { holderName } from "./engine/holder";
import type { OnProblem } from "./engine/loop";
import { systemClock } from "./engine/system-clock";
import { createWorker, type Worker } from "./engine/worker";
import { createHealth } from "./health/probe";
import { createHosts } from "./hosts";
import { createReleaseLinks } from "./packages/release-links";
import type { Transport } from "./ports";
import type { JobWorker } from "./ports/jobs";
import { openDatabase } from "./store/database";
import { createHostFinder } from "./store/host-finder";
import { openJobs } from "./store/jobs";
import { createObservationStore } from "./store/observations/observation-store";
import { createReleaseKey } from "./store/release-key";
import { createRetention } from "./store/retention";
import { createRolloutStore } from "./store/rollouts/rollout-store";
import { createWakeUps } from "./store/wake-ups";

export interface ComposedWorker extends Worker {
  readonly transport: Transport;
  /** After `stop`: lets hosts and database go. */
  close(): Promise<void>;
}

/** Steps that one worker does at once, unless told otherwise. */
const SLOTS = 64;

export async function composeWorker(
  config: Config,
  onProblem: OnProblem,
  options: { readonly transport?: Transport; readonly slots?: number } = {},
): Promise<ComposedWorker> {
  const db = openDatabase({ url: config.databaseUrl, poolSize: config.poolSize });
  const reached = await createHosts({
    keys: config.sshKeys,
    config: config.sshConfig,
    say: ({ code, params }) => sentence("en", "troubles", code, params) ?? code,
  });
  const transport = options.transport ?? reached.transport;
  await mkdir(spoolOf(config), { recursive: true });
  const packages = composePackages(config, db, (error) => onProblem("package cache", error));
  const worker = createWorker(
    {
      store: createRolloutStore(db),
      observations: createObservationStore(db),
      transport,
      packages,
      links: createReleaseLinks(config.url, createReleaseKey(db)),
      health: createHealth(systemClock),
      wakeUps: createWakeUps(config.databaseUrl, (error) => onProblem("wake-ups", error)),
      clock: systemClock,
    },
    { id: await holderName(), machine: hostname(), pid: process.pid, slots: options.slots ?? SLOTS, onProblem },
  );
  let jobs: JobWorker | null = null;
  return {
    transport,
    start: async () => {
      await worker.start();
      jobs = await openJobs(config.databaseUrl, "worker", (error) => onProblem("jobs", error));
      await startChores({
        jobs,
        retention: createRetention(db),
        transport,
        hosts: createHostFinder(db),
        checker: reached.checker,
      });
    },
    stop: async () => {
      await jobs?.close();
      await worker.stop();
    },
    close: async () => {
      await transport.close();
      await db.$disconnect();
    },
  };
}
