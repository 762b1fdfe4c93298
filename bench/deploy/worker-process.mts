/** A worker as in use, in a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { bundleWorker } from "../../bin/launch/bundle.mjs";
import type { Undo } from "../scratch.mjs";

const ROOT = join(import.meta.dirname, "..", "..");
const STOPS_WITHIN_MS = 20_000;

export interface WorkerProcess {
  readonly pid: number;
  /** Most memory that it has had at once so far, in bytes. */
  peakBytes(): number;
  /** Rejects when it ends by itself. */
  readonly fallen: Promise<never>;
}

/** Bundled and started as `npm run worker` does it. It is stopped when everything is taken down. */
export async function startWorker(env: Readonly<Record<string, string>>, undo: Undo): Promise<WorkerProcess> {
  const name = `worker-of-bench-${process.pid}.mjs`;
  const file = join(ROOT, "dist", name);
  undo(() => Promise.all([file, `${file}.map`].map((each) => rm(each, { force: true }))));
  await bundleWorker(ROOT, name);
  const child = spawn(process.execPath, ["--enable-source-maps", file], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: "production", SLIPWAY_DEMO: "0", SLIPWAY_LOG: "warn", ...env },
    stdio: ["ignore", "inherit", "inherit"],
    // A Ctrl-C is for the script, which takes its parts down in order.
    detached: true,
  });
  let stopping = false;
  undo(() => {
    stopping = true;
    return stop(child);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("the worker has no process");
  const fallen = once(child, "exit").then(([code]): never => {
    throw new Error(`the worker ended with ${String(code)}`);
  });
  fallen.catch((error: unknown) => {
    if (!stopping) console.error(error);
  });
  return {
    pid,
    peakBytes: () => Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? Number.NaN) * 1024,
    fallen,
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const patience = setTimeout(() => child.kill("SIGKILL"), STOPS_WITHIN_MS);
  await ended;
  clearTimeout(patience);
}
