/** Everything that runs: a database, two webs, three workers, hosts, packages. */
import { chmod, mkdir, mkdtemp } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WEBS, WORKERS } from "../plan/faults.mjs";
import { INSTANCES } from "../plan/fleet.mjs";
import { ChaosDatabase } from "./database.mjs";
import { ChaosHosts } from "./hosts.mjs";
import { endProcessesOf, folderPrefix } from "./leftovers.mjs";
import { RunLog } from "./log.mjs";
import { Part } from "./part.mjs";
import { freePorts } from "./ports.mjs";
import { Shelf } from "./shelf.mjs";

const ROOT = path.join(import.meta.dirname, "..", "..");
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 10_000;

export interface Web {
  readonly part: Part;
  readonly url: string;
}

export interface World {
  /** Everything of this run. */
  readonly folder: string;
  readonly log: RunLog;
  readonly database: ChaosDatabase;
  readonly webs: readonly Web[];
  readonly workers: readonly Part[];
  readonly hosts: ChaosHosts;
  readonly shelf: Shelf;
  /** One for each instance of the fleet, in its order. */
  readonly instancePorts: readonly number[];
  /** Nothing is broken any more: everything runs, nothing is slow, full or frozen. */
  mend(): Promise<void>;
  /** Ends every process by its id. What was written stays. */
  stop(): Promise<void>;
}

/** Makes the folder of a run. Whoever makes it clears it away, also when `openWorld` fails. */
export async function makeRunFolder(): Promise<string> {
  const folder = await mkdtemp(folderPrefix());
  await chmod(folder, 0o711);
  await mkdir(path.join(folder, "logs"));
  return folder;
}

export async function openWorld(folder: string): Promise<World> {
  const log = new RunLog(path.join(folder, "merged.log"));
  const [databasePort = 0, shelfPort = 0, ...others] = await freePorts(2 + WEBS + INSTANCES.length);
  const database = await ChaosDatabase.start(path.join(folder, "postgres"), databasePort);
  const hosts = await ChaosHosts.make(folder);
  const shelf = await Shelf.open(shelfPort, path.join(ROOT, "lib", "demo", "app"));
  const webs = others.slice(0, WEBS).map((port, at) => webOf(folder, at + 1, port, database));
  const workers = Array.from({ length: WORKERS }, (_, at) => workerOf(folder, at + 1, database, hosts));
  for (const { part } of webs) part.start();
  for (const worker of workers) worker.start();
  await Promise.all(webs.map(({ url }) => untilReady(url)));
  const world = { folder, log, database, webs, workers, hosts, shelf, instancePorts: others.slice(WEBS) };
  return {
    ...world,
    mend: () => mend(world),
    stop: async () => {
      await Promise.all([...workers, ...webs.map(({ part }) => part)].map((part) => part.stop(STOP_WITHIN_MS)));
      await shelf.close();
      await database.stop();
      await endProcessesOf(folder);
    },
  };
}

async function mend({ hosts, shelf, database, workers, webs }: Omit<World, "mend" | "stop">): Promise<void> {
  await hosts.mendAll();
  shelf.break("none");
  await database.start();
  for (const part of [...workers, ...webs.map((web) => web.part)]) {
    part.wake();
    part.start();
  }
  await Promise.all(webs.map(({ url }) => untilReady(url)));
}

function webOf(folder: string, number: number, port: number, database: ChaosDatabase): Web {
  const name = `web-${number}`;
  const next = createRequire(import.meta.url).resolve("next/dist/bin/next");
  const part = new Part({
    name,
    args: ["--enable-source-maps", next, "start", "-H", "127.0.0.1", "-p", String(port)],
    cwd: ROOT,
    env: {
      ...environment(folder, name, database),
      PORT: String(port),
      NEXT_MANUAL_SIG_HANDLE: "true",
      NEXT_TELEMETRY_DISABLED: "1",
    },
    logFile: path.join(folder, "logs", `${name}.log`),
  });
  return { part, url: `http://127.0.0.1:${port}` };
}

function workerOf(folder: string, number: number, database: ChaosDatabase, hosts: ChaosHosts): Part {
  const name = `worker-${number}`;
  return new Part({
    name,
    args: ["--enable-source-maps", path.join(ROOT, "dist", "worker.mjs")],
    cwd: ROOT,
    env: { ...environment(folder, name, database), PATH: `${hosts.gate}${path.delimiter}${process.env.PATH ?? ""}` },
    logFile: path.join(folder, "logs", `${name}.log`),
  });
}

/** Each part keeps its files apart from the others', as on machines of their own. */
function environment(folder: string, name: string, database: ChaosDatabase): Record<string, string> {
  return {
    DATABASE_URL: database.url,
    HOST: "127.0.0.1",
    SLIPWAY_DATA: path.join(folder, "data", name),
    SLIPWAY_DEMO: "0",
    SLIPWAY_ALLOW_LOOPBACK_PACKAGES: "1",
    SLIPWAY_TRUSTED_AFTER: "0",
    SLIPWAY_PERSON: "Chaos",
    SLIPWAY_LOG: "info",
  };
}

async function untilReady(url: string): Promise<void> {
  for (const deadline = performance.now() + READY_WITHIN_MS; ; ) {
    if (await answers(`${url}/readyz`)) return;
    if (performance.now() > deadline) throw new Error(`${url} does not become ready`);
    await sleep(100);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
