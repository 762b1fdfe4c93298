import { mkdir, rename, stat } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, DatabaseError } from "pg";
import { unless } from "./binaries";
import { type Cluster, DATABASE_USER, openCluster } from "./cluster";
import { clearStalePid, findPostmaster, spawnServer, stopPostmaster } from "./postmaster";

const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

export interface EmbeddedOptions {
  /** Folder of this server: its data, password and log. Made where it is missing. */
  readonly home: string;
  /** `full` (the default) loses nothing that was acknowledged; `none` is for tests. */
  readonly durability?: "full" | "none";
  /** Default 120. */
  readonly maxConnections?: number;
  /** How long a start may take in milliseconds, recovery after a crash included; default 60,000. */
  readonly startTimeoutMs?: number;
}

export interface EmbeddedPostgres {
  readonly pid: number;
  /** The connection string of one of its databases, password included: it belongs in no log. */
  urlOf(database: string): string;
  /** Ends every client and the server. Resolves when the server's process is gone; a stopped one may be stopped again. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL kept in `home`, or takes up the one that already runs there. It outlives the process that started it.
 * Only a real connection counts as started: pid files lie after a crash.
 * @throws Error in one sentence, with the log's place, when it does not answer in time.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const cluster = await openCluster(options.home);
  const logFile = path.join(options.home, "postgres.log");
  await setAsideLongLog(logFile);
  const deadline = Date.now() + (options.startTimeoutMs ?? 60_000);
  for (;;) {
    const running = await findPostmaster(cluster.data);
    if (running) {
      const answer = await connects(urlOf(cluster, running.port, "postgres"));
      if (answer) return handle(cluster, running);
    } else {
      await clearStalePid(cluster.data);
      const server = spawnServer(cluster, {
        port: await freePort(),
        maxConnections: options.maxConnections ?? 120,
        durability: options.durability ?? "full",
        logFile,
      });
      await Promise.race([server.exited, appears(cluster.data, deadline)]);
    }
    if (Date.now() > deadline) throw new Error(`The embedded PostgreSQL does not start; it says why in ${logFile}.`);
    await sleep(20);
  }
}

function handle(cluster: Cluster, { pid, port }: { pid: number; port: number }): EmbeddedPostgres {
  return {
    pid,
    urlOf: (database) => urlOf(cluster, port, database),
    stop: () => stopPostmaster(cluster.data, 15_000),
  };
}

/** Makes the database unless it is there, and answers its connection string. */
export async function ensureDatabase(server: EmbeddedPostgres, database: string): Promise<string> {
  const client = new Client({ connectionString: server.urlOf("postgres") });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
  } catch (error) {
    const alreadyThere = error instanceof DatabaseError && (error.code === "42P04" || error.code === "23505");
    if (!alreadyThere) throw error;
  } finally {
    await client.end();
  }
  return server.urlOf(database);
}

function urlOf(cluster: Cluster, port: number, database: string): string {
  return `postgresql://${DATABASE_USER}:${cluster.password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

async function connects(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined); // the server may go away while this connection closes; the next look will tell
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

async function appears(data: string, deadline: number): Promise<void> {
  while (!(await findPostmaster(data)) && Date.now() < deadline) await sleep(10);
}

async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === "object" ? resolve(address.port) : reject(new Error("No free port.")),
      );
    });
  });
}

async function setAsideLongLog(logFile: string): Promise<void> {
  await mkdir(path.dirname(logFile), { recursive: true });
  const log = await stat(logFile).catch(unless("ENOENT"));
  if (log && log.size > LOG_LIMIT_BYTES) await rename(logFile, `${logFile}.1`);
}
