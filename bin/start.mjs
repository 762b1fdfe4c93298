#!/usr/bin/env node
// @ts-check
/**
 * `npm start`: everything on one machine. `npm run web` and `npm run worker`: one process of a larger installation.
 * What stands here and under preflight/ runs before anything is installed: plain Node, no packages.
 */
import path from "node:path";
import { checkFolder, checkNode, checkPort, checkTools } from "./preflight/checks.mjs";
import { installPackages } from "./preflight/install.mjs";
import { takeLock } from "./preflight/lock.mjs";
import { stopLeftovers } from "./preflight/processes.mjs";
import { Refusal } from "./preflight/refusal.mjs";
import { readSettings } from "./preflight/settings.mjs";

const LEFTOVER_PATIENCE_MS = 10_000;

/** @param {string} sentence */
const say = (sentence) => console.log(`  ${sentence}`);

try {
  checkNode(process.versions.node);
  const settings = readSettings(process.argv.slice(2), process.env, path.join(import.meta.dirname, ".."));
  checkFolder(settings.data);
  const release = claimFolder(settings);
  try {
    if (settings.role === "all") await stopLeftovers(settings.data, LEFTOVER_PATIENCE_MS);
    if (settings.role !== "web") checkTools(process.env.PATH ?? "");
    if (settings.role !== "worker") await checkPort(settings.host, settings.port);
    installPackages(settings.root, say);
    const { register } = await import("tsx/esm/api");
    register();
    const { run } = await import("./launch/run.mjs");
    await run(settings, say);
  } finally {
    release();
  }
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(`  ${error.message}`);
  process.exitCode = 1;
}

/** @param {import("./preflight/settings.mjs").Settings} settings */
function claimFolder({ role, data, url }) {
  if (role !== "all") return () => undefined;
  const lock = takeLock(path.join(data, "slipway.lock"), url);
  if ("release" in lock) return lock.release;
  throw new Refusal(`Slipway already runs on ${data} (process ${lock.holder.pid}): open ${lock.holder.note}, or stop it first.`);
}
