/** The built web server on a database of a script's own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./free-port.mjs";
import type { Scratch, Undo } from "./scratch.mjs";

/** A first start builds. */
const READY_WITHIN_MS = 600_000;

/** Resolves with its address when it is ready; it is stopped when everything is taken down. */
export async function startWeb({ folder, databaseUrl }: Pick<Scratch, "folder" | "databaseUrl">, undo: Undo): Promise<string> {
  const port = await freePort("127.0.0.1");
  const server = spawn(process.execPath, [join(import.meta.dirname, "..", "bin", "start.mjs"), "web"], {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      PORT: String(port),
      SLIPWAY_DATA: join(folder, "data"),
      SLIPWAY_LOG: "error",
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  undo(() => stop(server));
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, server);
  return url;
}

async function untilReady(url: string, server: ChildProcess): Promise<void> {
  for (const until = performance.now() + READY_WITHIN_MS; performance.now() < until; await sleep(100)) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
  }
  throw new Error("the server does not become ready");
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill("SIGTERM");
  await once(server, "exit");
}
