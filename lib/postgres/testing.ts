import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { inject } from "vitest";

export interface TestDatabase {
  readonly url: string;
  /** Drops the database, with whatever is still connected to it. */
  close(): Promise<void>;
}

/**
 * A database of its own for a `*.db.test.ts`, copied from a migrated template in some tens of milliseconds. Open it in `beforeAll`,
 * close it in `afterAll`. With `empty`, one without any migration.
 */
export async function openTestDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const { maintenanceUrl, template } = inject("postgres");
  const name = `test_${randomBytes(8).toString("hex")}`;
  await maintain(maintenanceUrl, `CREATE DATABASE ${name} TEMPLATE ${empty ? "template0" : template}`);
  const url = new URL(maintenanceUrl);
  url.pathname = `/${name}`;
  return { url: url.href, close: () => maintain(maintenanceUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function maintain(connectionString: string, statement: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
