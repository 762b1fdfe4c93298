import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { unless } from "./binaries";
import type { Cluster } from "./cluster";
import { isAlive, processesIn, serverEnvironment } from "./process";

/** The server process of a cluster, as its own pid file tells. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** The server that runs on this data folder. A pid file left by a killed server, whose number may be another's by now, is none. */
export async function findPostmaster(data: string): Promise<Postmaster | undefined> {
  const lines = (await readFile(pidFile(data), "utf8").catch(unless("ENOENT")))?.split("\n");
  const pid = Number(lines?.[0]);
  const port = Number(lines?.[3]);
  return isAlive(pid) && port > 0 && isServerOf(data, pid) ? { pid, port } : undefined;
}

function isServerOf(data: string, pid: number): boolean {
  if (process.platform === "linux") return processesIn(data).includes(pid);
  return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" }).includes(data);
}

/**
 * A pid file whose number now belongs to somebody else, or to a zombie, keeps PostgreSQL from starting for ever. It may only go
 * when no process works in the data folder any more: orphaned backends of a killed server still write there.
 */
export async function clearStalePid(data: string): Promise<void> {
  if (process.platform === "linux" && processesIn(data).length === 0) await rm(pidFile(data), { force: true });
}

export interface ServerOptions {
  readonly port: number;
  readonly maxConnections: number;
  /** `none` answers before anything is on disk: for tests, whose data nobody will miss. */
  readonly durability: "full" | "none";
  /** Receives what the server says. */
  readonly logFile: string;
}

/** Starts the server in a session of its own, so that a Ctrl-C meant for its starter does not reach it. Does not wait until it answers. */
export function spawnServer(cluster: Cluster, options: ServerOptions): { exited: Promise<unknown> } {
  const log = openSync(options.logFile, "a", 0o600);
  try {
    const child = spawn(cluster.binaries.postgres, serverArguments(cluster.data, options), {
      ...cluster.account,
      cwd: cluster.data,
      env: serverEnvironment(),
      stdio: ["ignore", log, log],
      detached: true,
    });
    child.unref();
    return { exited: once(child, "exit") };
  } finally {
    closeSync(log);
  }
}

function serverArguments(data: string, options: Omit<ServerOptions, "logFile">): string[] {
  const settings = [
    "listen_addresses=127.0.0.1",
    `port=${options.port}`,
    "unix_socket_directories=",
    `max_connections=${options.maxConnections}`,
    "shared_buffers=128MB",
    "timezone=UTC",
    "log_timezone=UTC",
    ...(options.durability === "none" ? ["fsync=off", "synchronous_commit=off", "full_page_writes=off"] : []),
  ];
  return ["-D", data, ...settings.flatMap((setting) => ["-c", setting])];
}

/**
 * Asks the server to end its clients and stop; one that has not within `patienceMs` is told to stop at once, which its next start
 * mends from the log.
 * @throws Error when it still runs after that.
 */
export async function stopPostmaster(data: string, patienceMs: number): Promise<void> {
  for (const signal of ["SIGINT", "SIGQUIT"] as const) {
    const server = await findPostmaster(data);
    if (!server) return;
    try {
      process.kill(server.pid, signal);
    } catch (error) {
      unless("ESRCH")(error);
    }
    for (let waited = 0; waited < patienceMs; waited += 25) {
      if (!isAlive(server.pid)) return;
      await sleep(25);
    }
  }
  throw new Error(`The embedded PostgreSQL in ${data} does not stop.`);
}

function pidFile(data: string): string {
  return path.join(data, "postmaster.pid");
}
