/**
 * Migrations are written by Prisma's schema engine as WebAssembly from npm: from the snapshot of the schema that the newest
 * migration left behind to the schema as it stands. No database and no download is needed.
 *
 *   node scripts/migration.mjs new NAME   writes prisma/migrations/<time>_NAME/migration.sql and renews the snapshot
 *   node scripts/migration.mjs check      fails when the schema has changes without a migration, or when the build before could not live
 *                                         with one
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import { breaksBuildBefore } from "./build-before.mjs";

const root = process.env.SLIPWAY_SCHEMA_ROOT ?? path.join(import.meta.dirname, "..", "prisma");
const schema = path.join(root, "schema.prisma");
const migrations = path.join(root, "migrations");
const snapshot = path.join(migrations, "schema.snapshot.prisma");

async function main([command, name]) {
  if (command === "check" && name === undefined) return check();
  if (command === "new" && /^[a-z0-9_]{1,80}$/.test(name ?? "")) return write(name);
  console.error("Usage: node scripts/migration.mjs new NAME | check   (NAME: a–z, 0–9 and _)");
  return 64;
}

async function check() {
  const broken = upgrades().flatMap((name) =>
    breaksBuildBefore(readFileSync(path.join(migrations, name, "migration.sql"), "utf8")).map((what) => `${name} ${what}`),
  );
  for (const sentence of broken) console.error(sentence);
  const sql = await difference();
  if (sql === "") return broken.length === 0 ? 0 : 1;
  console.error(`The schema has changes without a migration (npm run db:new -- NAME writes it):\n\n${sql}`);
  return 1;
}

/** All but the first migration: before that one there was no build. */
function upgrades() {
  const entries = existsSync(migrations) ? readdirSync(migrations, { withFileTypes: true }) : [];
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return names.sort().slice(1);
}

async function write(name) {
  const sql = await difference();
  if (sql === "") {
    console.error("The schema has no change that needs a migration.");
    return 1;
  }
  const folder = path.join(migrations, `${new Date().toISOString().replace(/\D/g, "").slice(0, 14)}_${name}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "migration.sql"), sql);
  writeFileSync(path.join(migrations, "migration_lock.toml"), 'provider = "postgresql"\n');
  copyFileSync(schema, snapshot);
  console.log(path.relative(process.cwd(), path.join(folder, "migration.sql")));
  return 0;
}

const identity = { provider: "postgres", adapterName: "offline" };

/** The engine asks one question when it connects, which version it speaks to, and none to compare two schema files. */
const offlineDatabase = {
  ...identity,
  queryRaw: async () => ({
    columnNames: ["exists", "version", "numeric_version"],
    columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
    rows: [[true, "PostgreSQL 18", 180_000]],
  }),
  executeRaw: refuse,
  executeScript: refuse,
  dispose: async () => undefined,
  getConnectionInfo: () => ({ schemaName: "public", supportsRelationJoins: true }),
};

async function refuse() {
  throw new Error("Comparing two schema files changes no database.");
}

/** The SQL from the snapshot to the schema; "" when they mean the same. */
async function difference() {
  const engine = await loadEngine();
  const datamodel = (file) => ({ tag: "schemaDatamodel", files: [{ path: file, content: readFileSync(file, "utf8") }] });
  const { exitCode, stdout } = await engine.diff({
    from: existsSync(snapshot) ? datamodel(snapshot) : { tag: "empty" },
    to: datamodel(schema),
    script: true,
    exitCode: true,
    filters: { externalTables: [], externalEnums: [] },
  });
  return exitCode === 0 ? "" : (stdout ?? "");
}

async function loadEngine() {
  const glue = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const bindings = await import(pathToFileURL(glue).href);
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => console.error(`The schema engine gave up: ${message}`) };
  const wasm = readFileSync(path.join(path.dirname(glue), "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(wasm, { "./schema_engine_bg.js": bindings });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  const connect = async () => offlineDatabase;
  const adapter = bindMigrationAwareSqlAdapterFactory({ ...identity, connect, connectToShadowDb: connect });
  return bindings.SchemaEngine.new({ datamodels: [[schema, readFileSync(schema, "utf8")]] }, () => undefined, adapter);
}

process.exitCode = await main(process.argv.slice(2));
