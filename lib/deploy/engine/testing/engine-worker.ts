/** A worker's engine alone, without the chores that a whole worker does beside it. */
import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import type { Config } from "@/lib/config";
import { createHealth } from "../../health/probe";
import { createReleaseLinks } from "../../packages/release-links";
import { createPackages } from "../../packages/store-backed-packages";
import type { Transport } from "../../ports";
import { openDatabase } from "../../store/database";
import { createObservationStore } from "../../store/observations/observation-store";
import { createPackageStore } from "../../store/packages/package-store";
import { createReleaseKey } from "../../store/release-key";
import { createRolloutStore } from "../../store/rollouts/rollout-store";
import { createWakeUps } from "../../store/wake-ups";
import { holderName } from "../holder";
import type { OnProblem } from "../loop";
import { systemClock } from "../system-clock";
import { createWorker, type Worker } from "../worker";

const SLOTS = 64;

/** `slots`: steps that it does at once; `mostOwned`: rollouts that it drives at once. */
export async function openEngineWorker(
  config: Config,
  transport: Transport,
  onProblem: OnProblem,
  { slots = SLOTS, mostOwned }: { readonly slots?: number | undefined; readonly mostOwned?: number | undefined } = {},
): Promise<Worker> {
  const db = openDatabase({ url: config.databaseUrl, poolSize: config.poolSize });
  const spoolFolder = path.join(config.dataFolder, "spool");
  await mkdir(spoolFolder, { recursive: true });
  const worker = createWorker(
    {
      store: createRolloutStore(db),
      observations: createObservationStore(db),
      transport,
      packages: createPackages(createPackageStore(db), { ...config.packages, spoolFolder, cache: null }),
      links: createReleaseLinks(config.url, createReleaseKey(db)),
      health: createHealth(systemClock),
      wakeUps: createWakeUps(config.databaseUrl, (error) => onProblem("wake-ups", error)),
      clock: systemClock,
    },
    { id: await holderName(), machine: hostname(), pid: process.pid, slots, mostOwned, onProblem },
  );
  return {
    start: () => worker.start(),
    stop: async () => {
      await worker.stop();
      await db.$disconnect();
    },
  };
}
