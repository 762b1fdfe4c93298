import path from "node:path";
import { Client } from "pg";
import { ensureDatabase, startEmbedded } from "../../lib/postgres/embedded";
import { deployMigrations, MigrationError } from "../../lib/postgres/migrate";
import { Refusal } from "../preflight/refusal.mjs";
import type { Settings } from "../preflight/settings.mjs";

const DATABASE = "slipway";

export interface Database {
  readonly url: string;
  /** Stops the embedded server; a database of one's own is left as it is. */
  stop(): Promise<void>;
}

/**
 * The database that the settings ask for, started.
 * @throws Refusal when it cannot be reached.
 */
export async function openDatabase({ databaseUrl, data }: Settings): Promise<Database> {
  if (databaseUrl) {
    await checkReachable(databaseUrl);
    return { url: databaseUrl, stop: async () => undefined };
  }
  const server = await startEmbedded({ home: path.join(data, "postgres") });
  return { url: await ensureDatabase(server, DATABASE), stop: server.stop };
}

/**
 * Brings the database up to date.
 * @throws Refusal when a migration cannot be applied.
 */
export async function migrate(url: string, { root }: Settings): Promise<void> {
  try {
    await deployMigrations(url, path.join(root, "prisma", "migrations"));
  } catch (error) {
    throw error instanceof MigrationError ? new Refusal(error.message) : error;
  }
}

async function checkReachable(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined); // said by connect() below
  try {
    await client.connect();
  } catch (error) {
    const { host } = new URL(databaseUrl);
    throw new Refusal(`The database of DATABASE_URL (${host}) cannot be reached: ${reasonOf(error)}.`);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A connection refused on several addresses is an AggregateError without a message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(", ");
  return error instanceof Error ? error.message : String(error);
}
