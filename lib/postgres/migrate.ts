import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { Client, DatabaseError } from "pg";

/** The key Prisma Migrate locks too: its `migrate deploy` and this one never run at the same time. */
const ADVISORY_LOCK = 72_707_369;
const LOCK_TIMEOUT_S = 60;

/** A migration cannot be applied; the message is one plain sentence and nothing of that migration was kept. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

export interface MigrationOutcome {
  /** Names of the migrations that this call applied, oldest first. */
  readonly applied: readonly string[];
  /** Applied earlier, but not among ours: a newer Slipway has been here. Every migration works with the build before it. */
  readonly unknown: readonly string[];
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/**
 * Brings a database, empty or older, to the newest migration in `folder`: each in one transaction of its own, recorded in Prisma's
 * `_prisma_migrations`. Callers at the same time wait for each other, at most a minute.
 * @throws MigrationError when an applied migration was edited, one fails, or somebody else holds the lock for too long.
 */
export async function deployMigrations(connectionString: string, folder: string): Promise<MigrationOutcome> {
  const migrations = await readMigrations(folder);
  const client = new Client({ connectionString, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query("SELECT set_config('lock_timeout', $1, false)", [`${LOCK_TIMEOUT_S}s`]);
    await takeLock(client);
    const recorded = await readRecorded(client);
    const pending = migrations.filter((migration) => isPending(migration, recorded));
    for (const migration of pending) await apply(client, migration);
    const ours = new Set(migrations.map(({ name }) => name));
    return { applied: pending.map(({ name }) => name), unknown: [...recorded.keys()].filter((name) => !ours.has(name)) };
  } finally {
    await client.end();
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(path.join(folder, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

async function takeLock(client: Client): Promise<void> {
  try {
    await client.query("SELECT pg_advisory_lock($1)", [ADVISORY_LOCK]);
  } catch (cause) {
    if (!(cause instanceof DatabaseError && cause.code === "55P03")) throw cause;
    throw new MigrationError(`Somebody else has been migrating this database for more than ${LOCK_TIMEOUT_S} seconds.`, {
      cause,
    });
  }
}

interface RecordedRow {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

async function readRecorded(client: Client): Promise<Map<string, RecordedRow>> {
  await client.query(`CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY,
    checksum VARCHAR(64) NOT NULL,
    finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL,
    logs TEXT,
    rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`);
  const { rows } = await client.query<RecordedRow>(
    "SELECT migration_name, checksum, finished_at IS NOT NULL AS finished FROM _prisma_migrations WHERE rolled_back_at IS NULL",
  );
  return new Map(rows.map((row) => [row.migration_name, row]));
}

function isPending(migration: Migration, recorded: ReadonlyMap<string, RecordedRow>): boolean {
  const row = recorded.get(migration.name);
  if (!row) return true;
  if (!row.finished) {
    throw new MigrationError(
      `The migration ${migration.name} was begun by another tool and never finished: mend the database with that tool.`,
    );
  }
  if (row.checksum !== migration.checksum) {
    throw new MigrationError(
      `The migration ${migration.name} was edited after it had been applied: restore it and write a new migration.`,
    );
  }
  return false;
}

/** Statements that would end our transaction in the middle; PL/pgSQL's own BEGIN has no semicolon. */
const TRANSACTION_CONTROL = /^\s*(begin|commit|rollback|start\s+transaction|end)(\s+(transaction|work))?\s*;/im;

async function apply(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  if (TRANSACTION_CONTROL.test(withoutBodies(sql))) {
    throw new MigrationError(
      `The migration ${name} controls transactions itself; each migration runs in one transaction of ours.`,
    );
  }
  await client.query("BEGIN");
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query("COMMIT");
  } catch (cause) {
    await client.query("ROLLBACK");
    throw new MigrationError(`The migration ${name} failed and nothing of it was kept: ${reasonOf(cause)}`, { cause });
  }
}

/** Without the dollar-quoted bodies of functions, in which `END;` closes a block. */
function withoutBodies(sql: string): string {
  return sql.replace(/(\$\w*\$)[\s\S]*?\1/g, "''");
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
