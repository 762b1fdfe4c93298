import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import type { Settings } from "../preflight/settings.mjs";
import { buildIfStale } from "./build.mjs";
import { type Database, migrate, openDatabase } from "./database.mjs";
import { withoutNpm } from "./environment.mjs";
import { waitUntilReady } from "./readiness.mjs";
import { listenForStop, type Stopping } from "./stopping.mjs";
import { type Part, type Supervised, supervise } from "./supervise.mjs";

/** The worker powers the demo's hosts off before it goes. */
const WORKER_PATIENCE_MS = 45_000;
const WEB_PATIENCE_MS = 10_000;

type Say = (sentence: string) => void;

/**
 * Starts what the settings ask for and keeps it running until a signal asks it to stop; then stops it in order: worker, web, database.
 * @throws Refusal when it cannot start; what had been started was stopped.
 */
export async function run(settings: Settings, say: Say): Promise<void> {
  const stopping = listenForStop();
  const undo: (() => Promise<void>)[] = [];
  try {
    await start(settings, say, stopping, undo);
    await untilAborted(stopping.wanted);
  } catch (error) {
    if (!stopping.wanted.aborted) throw error;
  } finally {
    if (undo.length > 0) say("Stopping…");
    for (const step of undo.reverse()) await step();
    stopping.dispose();
  }
  say("Stopped.");
}

async function start(settings: Settings, say: Say, stopping: Stopping, undo: (() => Promise<void>)[]): Promise<void> {
  const { root, data, role } = settings;
  await mkdir(path.join(data, "logs"), { recursive: true, mode: 0o700 });
  const database = await openDatabase(settings);
  undo.push(() => database.stop());
  stopping.wanted.throwIfAborted();
  await migrate(database.url, settings);
  stopping.wanted.throwIfAborted();
  await buildIfStale({ root, signal: stopping.wanted, say });
  const keep = (part: Part): Supervised => {
    const supervised = supervise(part);
    undo.push(() => supervised.stop(stopping.hurried));
    return supervised;
  };
  if (role !== "worker") {
    const web = keep(webPart(settings, database, say));
    if (role === "all") keep(workerPart(settings, database, say));
    await waitUntilReady(settings.url, web, stopping.wanted);
    say(`Slipway is at ${settings.url}`);
    say(`What it keeps is in ${path.relative(process.cwd(), data) || data}. Ctrl-C stops it.`);
  } else {
    keep(workerPart(settings, database, say));
    say("The worker runs. Ctrl-C stops it.");
  }
}

function webPart(settings: Settings, database: Database, say: Say): Part {
  const { root, data, host, port, role } = settings;
  const next = createRequire(import.meta.url).resolve("next/dist/bin/next");
  const env = { ...partEnvironment(settings, database), NEXT_MANUAL_SIG_HANDLE: "true", NEXT_TELEMETRY_DISABLED: "1" };
  const args = ["--enable-source-maps", next, "start", "-H", host, "-p", String(port)];
  return { name: "web", args, env, root, data, remembered: role === "all", patienceMs: WEB_PATIENCE_MS, say };
}

function workerPart(settings: Settings, database: Database, say: Say): Part {
  const { root, data, role } = settings;
  const args = ["--enable-source-maps", path.join(root, "dist", "worker.mjs")];
  const env = partEnvironment(settings, database);
  return { name: "worker", args, env, root, data, remembered: role === "all", patienceMs: WORKER_PATIENCE_MS, say };
}

function partEnvironment({ role, host, port, data, demo, url: here }: Settings, { url }: Database): NodeJS.ProcessEnv {
  const ours = { DATABASE_URL: url, HOST: host, PORT: String(port), SLIPWAY_DATA: data, SLIPWAY_DEMO: demo ? "1" : "0" };
  // Where a worker stands alone, only whoever started it knows where the console is.
  const reached = process.env.SLIPWAY_URL || (role === "worker" ? undefined : here);
  return { ...withoutNpm(process.env), NODE_ENV: "production", ...ours, SLIPWAY_URL: reached };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
