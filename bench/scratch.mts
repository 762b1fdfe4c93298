/** A folder and a PostgreSQL that are gone afterwards, also when the script fails or is stopped. */
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeWritable } from "../lib/deploy/hosts/testing/local-host";
import { removeCluster } from "../lib/postgres/cluster";
import { ensureDatabase, startEmbedded } from "../lib/postgres/embedded";
import { deployMigrations } from "../lib/postgres/migrate";

export interface Scratch {
  readonly folder: string;
  /** Of a migrated, empty database that loses nothing that was acknowledged: fsync is on, as in use. */
  readonly databaseUrl: string;
  /** Process of the database server. */
  readonly postmaster: number;
}

/** Takes a step of the taking down. */
export type Undo = (step: () => Promise<unknown>) => void;

/** Runs `work`, then takes everything down, the last thing made first. */
export async function inScratch<Result>(work: (scratch: Scratch, undo: Undo) => Promise<Result>): Promise<Result> {
  const steps: (() => Promise<unknown>)[] = [];
  const stopped = new Promise<never>((_, reject) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.once(signal, () => reject(new Error(`stopped by ${signal}`)));
  });
  try {
    return await Promise.race([prepareAndRun(work, steps), stopped]);
  } finally {
    for (const step of steps.reverse()) await step().catch((error: unknown) => console.error("cleaning up:", error));
  }
}

async function prepareAndRun<Result>(
  work: (scratch: Scratch, undo: Undo) => Promise<Result>,
  steps: (() => Promise<unknown>)[],
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-bench-"));
  // The database's own account must pass through it.
  await chmod(folder, 0o711);
  steps.push(async () => {
    await makeWritable(folder);
    await rm(folder, { recursive: true, force: true });
  });
  const home = join(folder, "postgres");
  await mkdir(home, { mode: 0o711 });
  const server = await startEmbedded({ home });
  steps.push(async () => {
    await server.stop();
    await removeCluster(home);
  });
  const databaseUrl = await ensureDatabase(server, "bench");
  await deployMigrations(databaseUrl, join(import.meta.dirname, "..", "prisma", "migrations"));
  return await work({ folder, databaseUrl, postmaster: server.pid }, (step) => steps.push(step));
}
