#!/usr/bin/env node
// @ts-check
/** `npm test`: everything that must hold, from a fresh clone. Every phase that can still run does; the last line is "N passed, N failed". */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { installDebianPackages } from "./check/debian.mjs";
import { phases } from "./check/phases.mjs";
import { checkNode, checkTools } from "./preflight/checks.mjs";
import { installPackages } from "./preflight/install.mjs";
import { Refusal } from "./preflight/refusal.mjs";

/** Settings of the Slipway that somebody runs here are none for the ones that the tests start. */
const OUR_SETTINGS = /^(PORT|HOST|DATABASE_URL|NODE_ENV|SLIPWAY_.*)$/;
/** Of each phase, and of each failed test's own words. */
const FAILURES_TOLD = 5;
const LINES_TOLD = 12;
const root = path.join(import.meta.dirname, "..");
const reports = path.join(root, "test-results", "reports");
const stopping = new AbortController();

/** @typedef {{ name: string, outcome: "ok" | "failed" | "not run", seconds: number, passed: number, failed: number, failures: import("./check/counts.mjs").Failure[] }} Result */

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) process.on(signal, () => stopping.abort());
try {
  checkNode(process.versions.node);
  checkTools(process.env.PATH ?? "");
  installPackages(root, say);
  installDebianPackages(say);
  conclude(await runPhases());
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(`  ${error.message}`);
  conclude([{ name: "preparation", outcome: "failed", seconds: 0, passed: 0, failed: 1, failures: [] }]);
}

/** @returns {Promise<Result[]>} */
async function runPhases() {
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  /** @type {Result[]} */
  const results = [];
  for (const phase of phases(reports)) {
    const blocked =
      stopping.signal.aborted || phase.needs?.some((name) => results.find((result) => result.name === name)?.outcome !== "ok");
    results.push(
      blocked ? { name: phase.name, outcome: "not run", seconds: 0, passed: 0, failed: 1, failures: [] } : await runPhase(phase),
    );
  }
  return results;
}

/**
 * @param {import("./check/phases.mjs").Phase} phase
 * @returns {Promise<Result>}
 */
async function runPhase({ name, commands, report, count }) {
  console.log(`\n── ${name}`);
  const startedAt = performance.now();
  let succeeded = true;
  for (const command of commands) succeeded &&= await runCommand(command, report);
  const counts = (report && count?.(report)) || { passed: 0, failed: 0, failures: [] };
  // A phase that fails without a failed test of its own still is a failure.
  const failed = succeeded ? counts.failed : Math.max(counts.failed, 1);
  const seconds = (performance.now() - startedAt) / 1000;
  return { ...counts, name, outcome: succeeded ? "ok" : "failed", seconds, failed };
}

/**
 * @param {string[]} command
 * @param {string | undefined} report
 */
async function runCommand(command, report) {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  for (const name of Object.keys(env).filter((each) => OUR_SETTINGS.test(each))) Reflect.deleteProperty(env, name);
  const child = spawn(process.execPath, command, { cwd: root, stdio: ["ignore", "inherit", "inherit"], env });
  const stop = () => child.kill("SIGTERM");
  stopping.signal.addEventListener("abort", stop);
  const [code] = await once(child, "close");
  stopping.signal.removeEventListener("abort", stop);
  return code === 0;
}

/** @param {Result[]} results */
function conclude(results) {
  const sum = (/** @type {(result: Result) => number} */ of) => results.reduce((total, result) => total + of(result), 0);
  const failed = sum((result) => result.failed);
  for (const { name, failures } of results) for (const failure of failures.slice(0, FAILURES_TOLD)) tell(name, failure);
  console.log("");
  for (const { name, outcome, seconds } of results) {
    console.log(`  ${name.padEnd(12)} ${outcome === "not run" ? "     –" : seconds.toFixed(1).padStart(6)} s   ${outcome}`);
  }
  console.log(
    `  ${"all".padEnd(12)} ${sum((result) => result.seconds)
      .toFixed(1)
      .padStart(6)} s\n`,
  );
  console.log(`${sum((result) => result.passed)} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/**
 * Once more at the end, where a log that was cut still has it.
 * @param {string} phase
 * @param {import("./check/counts.mjs").Failure} failure
 */
function tell(phase, { test, said }) {
  const lines = stripVTControlCharacters(said).trim().split("\n").slice(0, LINES_TOLD);
  console.log(["", `  ✗ ${phase} › ${test}`, ...lines.map((line) => `      ${line.slice(0, 300)}`)].join("\n"));
}

/** @param {string} sentence */
function say(sentence) {
  console.log(`  ${sentence}`);
}
