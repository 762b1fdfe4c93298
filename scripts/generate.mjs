/**
 * Generates the Prisma client, offline. Every `prisma` command wants its schema engine, which no package carries; generating never
 * runs it, and is content with any file that exists.
 */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";

const manifest = createRequire(import.meta.url).resolve("prisma/package.json");
const prisma = path.join(path.dirname(manifest), createRequire(import.meta.url)(manifest).bin.prisma);
const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: "1" };
const { status, error } = spawnSync(process.execPath, [prisma, "generate", "--no-hints"], {
  cwd: path.join(import.meta.dirname, ".."),
  env,
  stdio: ["ignore", "inherit", "inherit"],
});
if (error) throw error;
process.exitCode = status ?? 1;
