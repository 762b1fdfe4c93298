import { chmod, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { backUpEmbedded } from "./backup";
import { removeCluster } from "./cluster";
import { type EmbeddedPostgres, startEmbedded } from "./embedded";

let folder: string;
let home: string;
let target: string;
const started: EmbeddedPostgres[] = [];

async function start(where: string): Promise<Client> {
  const server = await startEmbedded({ home: where, maxConnections: 20 });
  started.push(server);
  const client = new Client({ connectionString: server.urlOf("postgres") });
  await client.connect();
  return client;
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "slipway-base-backup-"));
  await chmod(folder, 0o711);
  home = path.join(folder, "first");
  target = path.join(folder, "copy");
});

afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
  for (const each of [home, target]) await removeCluster(each);
  await rm(folder, { recursive: true, force: true });
});

describe("a backup of the embedded PostgreSQL", () => {
  it("is of one moment, although the server is written to all the time", async () => {
    const first = await start(home);
    await first.query("CREATE TABLE kept (n int PRIMARY KEY, filling text)");
    await first.query("INSERT INTO kept VALUES (0, 'before it began')");
    let written = 1;
    let writing = true;
    const writer = (async () => {
      for (; writing; written += 1)
        await first.query("INSERT INTO kept VALUES ($1, repeat(md5($2), 50))", [written, String(written)]);
    })();
    try {
      await backUpEmbedded(home, target);
    } finally {
      writing = false;
      await writer;
    }
    await first.end();
    const second = await start(target);
    const { rows } = await second.query<{ rows: number; gaps: number }>(
      "SELECT count(*)::int AS rows, (max(n) + 1 - count(*))::int AS gaps FROM kept",
    );
    await second.end();
    expect(rows[0]?.gaps, "of one moment").toBe(0);
    expect(rows[0]?.rows).toBeGreaterThan(0);
    expect(rows[0]?.rows).toBeLessThanOrEqual(written);
  });

  it("opens whatever was dropped while it was taken", async () => {
    const first = await start(home);
    let passing = true;
    const others = (async () => {
      for (let number = 0; passing; number += 1) {
        await first.query(`CREATE DATABASE passing_${number} STRATEGY file_copy`);
        await first.query(`DROP DATABASE passing_${number}`);
      }
    })();
    try {
      await backUpEmbedded(home, target);
    } finally {
      passing = false;
      await others;
    }
    await first.end();
    const data = path.join(target, "cluster", "data");
    const owner = (await stat(data)).uid;
    const files = await readdir(data, { recursive: true });
    const strangers = await Promise.all(
      files.map(async (file) => ((await stat(path.join(data, file))).uid === owner ? [] : [file])),
    );
    expect(strangers.flat()).toEqual([]);
    await (await start(target)).end();
  });

  it("is refused where something lies already, and where nothing runs", async () => {
    await expect(backUpEmbedded(home, target)).rejects.toThrow("No embedded PostgreSQL runs");
    await (await start(home)).end();
    await expect(backUpEmbedded(home, folder)).rejects.toThrow("is there already");
  });
});
