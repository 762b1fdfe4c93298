import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { removeCluster } from "../../lib/postgres/cluster";

const READY_WITHIN_MS = 180_000;
const STOP_WITHIN_MS = 90_000;
const ROOT = path.resolve(import.meta.dirname, "..", "..");

export interface RunningSlipway {
  readonly url: string;
  /** Its data folder, gone after `stop`. */
  readonly data: string;
  /** Everything it has printed. */
  output(): string;
  /** Stops it as Ctrl-C would, and removes what it kept. */
  stop(): Promise<void>;
}

/**
 * Starts a whole Slipway as `npm start` does, on a free port, with a data folder of its own. Resolves when it answers `/readyz`.
 * @throws Error with what it printed when it ends before that or takes longer than three minutes.
 */
export async function startSlipway(settings: Readonly<Record<string, string>> = {}): Promise<RunningSlipway> {
  const data = await mkdtemp(path.join(tmpdir(), "slipway-e2e-"));
  await chmod(data, 0o711);
  const port = await freePort();
  const child = spawn(process.execPath, [path.join(ROOT, "bin", "start.mjs")], {
    cwd: ROOT,
    env: {
      ...process.env,
      PORT: String(port),
      HOST: "127.0.0.1",
      SLIPWAY_DATA: data,
      SLIPWAY_DEMO_PORT: String(await freePort()),
      ...settings,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => printed.push(text));
  const output = () => printed.join("");
  const stop = async () => {
    await stopChild(child);
    await removeCluster(path.join(data, "postgres"));
    await rm(data, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilReady(url, child, output);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, data, output, stop };
}

async function untilReady(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await answers(`${url}/readyz`))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`Slipway ended before it was ready:\n${output()}`);
    if (performance.now() > deadline) throw new Error(`Slipway does not become ready:\n${output()}`);
    await sleep(100);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("No free port.");
  return address.port;
}
