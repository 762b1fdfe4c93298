import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { removeCluster } from "./cluster";
import { ensureDatabase, startEmbedded } from "./embedded";
import { deployMigrations } from "./migrate";
import { isAlive } from "./process";

const TEMPLATE = "slipway_template";
const MIGRATIONS = path.resolve("prisma/migrations");
const PREFIX = "slipway-test-postgres-";

declare module "vitest" {
  interface ProvidedContext {
    /** A migrated database that nobody connects to, and its server's maintenance database. */
    readonly postgres: { readonly maintenanceUrl: string; readonly template: string };
  }
}

/** Starts one PostgreSQL for the whole run, in a folder that goes away with it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftovers();
  const home = await mkdtemp(path.join(tmpdir(), `${PREFIX}${process.pid}-`));
  await chmod(home, 0o711);
  const server = await startEmbedded({ home, durability: "none" });
  const teardown = async () => {
    await server.stop();
    await removeCluster(home);
  };
  try {
    const url = await ensureDatabase(server, TEMPLATE);
    if (existsSync(MIGRATIONS)) await deployMigrations(url, MIGRATIONS);
    await closeToConnections(server.urlOf("postgres"));
  } catch (error) {
    await teardown();
    throw error;
  }
  project.provide("postgres", { maintenanceUrl: server.urlOf("postgres"), template: TEMPLATE });
  return teardown;
}

/** Only an unused template can be copied. */
async function closeToConnections(maintenanceUrl: string): Promise<void> {
  const client = new Client({ connectionString: maintenanceUrl });
  await client.connect();
  await client.query(`ALTER DATABASE ${TEMPLATE} ALLOW_CONNECTIONS false`);
  await client.end();
}

/** A run that was killed leaves its server behind. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX) || isAlive(Number.parseInt(name.slice(PREFIX.length), 10))) continue;
    const home = path.join(tmpdir(), name);
    if (existsSync(path.join(home, "cluster"))) await (await startEmbedded({ home })).stop();
    await removeCluster(home);
  }
}
