import { spawn } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeCluster } from "./cluster";
import { type EmbeddedPostgres, ensureDatabase, startEmbedded } from "./embedded";
import { isAlive } from "./process";

let home: string;
const started: EmbeddedPostgres[] = [];

const start = async (): Promise<EmbeddedPostgres> => {
  const server = await startEmbedded({ home, maxConnections: 20 });
  started.push(server);
  return server;
};

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "slipway-embedded-"));
  await chmod(home, 0o711);
});

afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
  await removeCluster(home);
});

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: "array" })).rows;
  } finally {
    await client.end();
  }
}

describe("the embedded PostgreSQL", () => {
  it("keeps its data over a stop and a start, and is gone after a stop", async () => {
    const first = await start();
    const url = await ensureDatabase(first, "slipway");
    await ask(url, "CREATE TABLE kept AS SELECT 42 AS answer");
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    await expect(ask(url, "SELECT 1")).rejects.toThrow();
    const second = await start();
    await expect(ask(second.urlOf("slipway"), "SELECT answer FROM kept")).resolves.toEqual([[42]]);
  });

  it("starts again after its server was killed, with everything that was acknowledged", async () => {
    const first = await start();
    await ask(await ensureDatabase(first, "slipway"), "CREATE TABLE kept AS SELECT 42 AS answer");
    process.kill(first.pid, "SIGKILL");
    const second = await start();
    expect(second.pid).not.toBe(first.pid);
    await expect(ask(second.urlOf("slipway"), "SELECT answer FROM kept")).resolves.toEqual([[42]]);
  });

  it.runIf(process.platform === "linux")("starts although the killed server's number is another process's by now", async () => {
    const first = await start();
    const data = path.join(home, "cluster", "data");
    const owner = await stat(data);
    process.kill(first.pid, "SIGKILL");
    const stranger = spawn("sleep", ["60"], { uid: owner.uid, gid: owner.gid });
    try {
      const pidFile = path.join(data, "postmaster.pid");
      const lines = (await readFile(pidFile, "utf8")).split("\n");
      await writeFile(pidFile, [stranger.pid, ...lines.slice(1)].join("\n"));
      const second = await start();
      await expect(ask(second.urlOf("postgres"), "SELECT 1")).resolves.toEqual([[1]]);
      expect(stranger.exitCode).toBeNull();
    } finally {
      stranger.kill();
    }
  });

  it("takes up the server that already runs", async () => {
    const first = await start();
    const second = await start();
    expect(second.pid).toBe(first.pid);
  });

  it("makes one cluster when two first starts race", async () => {
    const [one, other] = await Promise.all([start(), start()]);
    expect(one?.pid).toBe(other?.pid);
    expect((await readdir(home)).filter((name) => name.startsWith("cluster"))).toEqual(["cluster"]);
  });

  it("stops twice without a complaint", async () => {
    const server = await start();
    await server.stop();
    await expect(server.stop()).resolves.toBeUndefined();
  });

  it("listens on loopback only and asks for the password", async () => {
    const server = await start();
    const wrong = server.urlOf("postgres").replace(/:[^:@/]+@/, ":wrong@");
    await expect(ask(wrong, "SELECT 1")).rejects.toThrow(/password authentication failed/);
    await expect(ask(server.urlOf("postgres"), "SHOW listen_addresses")).resolves.toEqual([["127.0.0.1"]]);
    await expect(ask(server.urlOf("postgres"), "SHOW fsync")).resolves.toEqual([["on"]]);
  });

  it.runIf(process.getuid?.() === 0)("keeps its data elsewhere when its account may not enter the folder", async () => {
    await chmod(home, 0o700);
    const server = await start();
    await expect(ask(server.urlOf("postgres"), "SELECT 1")).resolves.toEqual([[1]]);
    expect(await readFile(path.join(home, "cluster", "password"), "utf8")).not.toBe("");
  });
});
