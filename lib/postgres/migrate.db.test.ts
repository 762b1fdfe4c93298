import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deployMigrations, MigrationError } from "./migrate";
import { openTestDatabase, type TestDatabase } from "./testing";

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await openTestDatabase({ empty: true });
  folder = await mkdtemp(path.join(tmpdir(), "slipway-migrations-"));
});

afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

async function write(name: string, sql: string): Promise<void> {
  await mkdir(path.join(folder, name), { recursive: true });
  await writeFile(path.join(folder, name, "migration.sql"), sql);
}

async function rows(sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: "array" })).rows;
  } finally {
    await client.end();
  }
}

const deploy = () => deployMigrations(database.url, folder);
const tables = () =>
  rows("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_prisma%' ORDER BY 1");

describe("deployMigrations", () => {
  it("applies what is missing in the order of the names, and then nothing", async () => {
    await write("20260102_second", "ALTER TABLE ships ADD name text");
    await write("20260101_first", "CREATE TABLE ships (id int)");
    await expect(deploy()).resolves.toEqual({ applied: ["20260101_first", "20260102_second"], unknown: [] });
    await expect(deploy()).resolves.toEqual({ applied: [], unknown: [] });
    await write("20260103_third", "CREATE TABLE slips (id int)");
    await expect(deploy()).resolves.toEqual({ applied: ["20260103_third"], unknown: [] });
    await expect(tables()).resolves.toEqual([["ships"], ["slips"]]);
  });

  it("keeps nothing of a migration whose second statement fails, and everything before it", async () => {
    await write("20260101_good", "CREATE TABLE ships (id int)");
    await write("20260102_bad", "CREATE TABLE slips (id int); INSERT INTO nowhere VALUES (1);");
    const failure = await deploy().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(MigrationError);
    expect(failure).toHaveProperty("message", expect.stringContaining("20260102_bad failed and nothing of it was kept"));
    await expect(tables()).resolves.toEqual([["ships"]]);
    await expect(rows("SELECT migration_name::text FROM _prisma_migrations")).resolves.toEqual([["20260101_good"]]);
    await write("20260102_bad", "CREATE TABLE slips (id int)");
    await expect(deploy()).resolves.toEqual({ applied: ["20260102_bad"], unknown: [] });
  });

  it("refuses a migration that was edited after it had been applied", async () => {
    await write("20260101_first", "CREATE TABLE ships (id int)");
    await deploy();
    await write("20260101_first", "CREATE TABLE ships (id bigint)");
    await write("20260102_second", "CREATE TABLE slips (id int)");
    await expect(deploy()).rejects.toThrow(/20260101_first was edited after it had been applied/);
    await expect(tables()).resolves.toEqual([["ships"]]);
  });

  it("applies each migration once when two start together", async () => {
    await write("20260101_first", "CREATE TABLE ships (id int); SELECT pg_sleep(0.2)");
    const outcomes = await Promise.all([deploy(), deploy(), deploy()]);
    expect(outcomes.flatMap(({ applied }) => applied)).toEqual(["20260101_first"]);
    await expect(rows("SELECT count(*)::int FROM _prisma_migrations")).resolves.toEqual([[1]]);
  });

  it("refuses a migration that would end its transaction, yet lets functions have blocks", async () => {
    await write("20260101_function", "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1;\nEND;\n$$;");
    await write("20260102_commit", "CREATE TABLE ships (id int);\nCOMMIT;\nCREATE TABLE slips (id int);");
    await expect(deploy()).rejects.toThrow(/20260102_commit controls transactions itself/);
    await expect(rows("SELECT f()")).resolves.toEqual([[1]]);
    await expect(tables()).resolves.toEqual([]);
  });

  it("works on a database that a newer Slipway has migrated, and says so", async () => {
    await write("20260101_first", "CREATE TABLE ships (id int)");
    await write("20260102_newer", "CREATE TABLE slips (id int)");
    await deploy();
    await rm(path.join(folder, "20260102_newer"), { recursive: true });
    await expect(deploy()).resolves.toEqual({ applied: [], unknown: ["20260102_newer"] });
  });

  it("refuses to go on where another tool left a migration half done", async () => {
    await write("20260101_first", "CREATE TABLE ships (id int)");
    await deploy();
    await rows("UPDATE _prisma_migrations SET finished_at = NULL");
    await expect(deploy()).rejects.toThrow(/was begun by another tool and never finished/);
  });
});
