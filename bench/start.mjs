#!/usr/bin/env node
// @ts-check
/**
 * `npm start` on a clone that is installed and built, demo included: milliseconds until `/` answers 200. Each run is stopped by its own
 * process id and keeps its data, as a second start does.
 *
 *   npm run bench:start -- [--runs 5]
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { register } from "tsx/esm/api";

register();
const { COLUMNS, machine, option, percentile, printTable, rowOf } = await import("./measure.mjs");
const { makeWritable } = await import("../lib/deploy/hosts/testing/local-host.ts");

const BAR_MS = 5_000;
const PATIENCE_MS = 600_000;
const ROOT = join(import.meta.dirname, "..");
const runs = option("runs", 5, 20);
const data = await mkdtemp(join(tmpdir(), "slipway-bench-start-"));
const port = await freePort();

try {
  const first = await start();
  /** @type {number[]} */
  const later = [];
  for (let run = 0; run < runs; run += 1) later.push(await start());
  console.log(machine());
  printTable(
    [...COLUMNS, `bar: ${BAR_MS / 1000} s`],
    [
      [...rowOf("first start: empty folder, built if it was not", [first]), ""],
      [...rowOf("start with its data kept", later), percentile(later, 0.5) <= BAR_MS ? "met" : "missed"],
    ],
  );
} finally {
  await makeWritable(data);
  await rm(data, { recursive: true, force: true });
}

/** Starts, measures, lets the demo settle for a moment, and stops. */
async function start() {
  const from = performance.now();
  const child = spawn("npm", ["start"], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(port), HOST: "127.0.0.1", SLIPWAY_DATA: data },
    stdio: ["ignore", "ignore", "inherit"],
  });
  try {
    while (!(await answers())) {
      if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}`);
      if (performance.now() - from > PATIENCE_MS) throw new Error("the page does not answer");
      await sleep(20);
    }
    return performance.now() - from;
  } finally {
    child.kill("SIGTERM");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
}

async function answers() {
  const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => null);
  await response?.body?.cancel();
  return response?.status === 200;
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const bound = server.address();
      server.close(() => (bound !== null && typeof bound === "object" ? resolve(bound.port) : reject(new Error("no free port"))));
    });
  });
}
