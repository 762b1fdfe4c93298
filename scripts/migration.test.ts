import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

const MIGRATION = path.join(import.meta.dirname, "migration.mjs");
const SHIP = 'datasource db {\n  provider = "postgresql"\n}\n\nmodel Ship {\n  id Int @id\n}\n';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "slipway-schema-"));
  await writeFile(path.join(root, "schema.prisma"), SHIP);
});
afterEach(() => rm(root, { recursive: true, force: true }));

function migration(...args: string[]): Promise<{ code: unknown; said: string }> {
  const env = { ...process.env, SLIPWAY_SCHEMA_ROOT: root };
  return new Promise((resolve) => {
    execFile(process.execPath, [MIGRATION, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, said: stdout + stderr }),
    );
  });
}

const written = async () => (await readdir(path.join(root, "migrations"))).filter((name) => /^\d{14}_/.test(name)).sort();

it("writes a migration for what has changed since the newest one, and check agrees", async () => {
  await expect(migration("check")).resolves.toMatchObject({ code: 1, said: expect.stringContaining('CREATE TABLE "Ship"') });
  await expect(migration("new", "first")).resolves.toMatchObject({ code: 0 });
  await expect(migration("check")).resolves.toEqual({ code: 0, said: "" });
  await writeFile(path.join(root, "schema.prisma"), SHIP.replace("@id\n", "@id\n  name String?\n"));
  await expect(migration("check")).resolves.toMatchObject({
    code: 1,
    said: expect.stringContaining('ADD COLUMN     "name" TEXT'),
  });
  await expect(migration("new", "names")).resolves.toMatchObject({ code: 0 });
  await expect(migration("check")).resolves.toEqual({ code: 0, said: "" });
  const newest = (await written()).find((name) => name.endsWith("_names")) ?? "";
  await expect(readFile(path.join(root, "migrations", newest, "migration.sql"), "utf8")).resolves.not.toContain("CREATE TABLE");
});

it("writes nothing when nothing has changed", async () => {
  await migration("new", "first");
  await expect(migration("new", "again")).resolves.toMatchObject({ code: 1 });
  await expect(written()).resolves.toHaveLength(1);
});

it("refuses a name that is no plain word", async () => {
  await expect(migration("new", "../elsewhere")).resolves.toMatchObject({ code: 64 });
  await expect(readdir(root)).resolves.toEqual(["schema.prisma"]);
});

it("check refuses a migration with which the build before could not live", async () => {
  await migration("new", "first");
  await writeFile(path.join(root, "schema.prisma"), SHIP.replace("@id\n", "@id\n  name String\n"));
  await migration("new", "names");
  await expect(migration("check")).resolves.toMatchObject({
    code: 1,
    said: expect.stringMatching(
      /^\d{14}_names asks for more in what the build before uses: ALTER TABLE "Ship" ADD COLUMN "name" TEXT NOT NULL/,
    ),
  });
});

it("accepts the project's own schema and its newest snapshot", async () => {
  const prisma = path.join(import.meta.dirname, "..", "prisma");
  await copyFile(path.join(prisma, "schema.prisma"), path.join(root, "schema.prisma"));
  await expect(migration("new", "all")).resolves.toMatchObject({ code: 0 });
});
