import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CHECK_SCRIPT } from "@/lib/deploy/hosts/check-script";
import { checkTools } from "./preflight/checks.mjs";
import { identityOf } from "./preflight/identity.mjs";
import { takeLock } from "./preflight/lock.mjs";

const START = path.join(import.meta.dirname, "start.mjs");

let data: string;
beforeEach(async () => {
  data = await mkdtemp(path.join(tmpdir(), "slipway-start-"));
});
afterEach(() => rm(data, { recursive: true, force: true }));

interface Ending {
  readonly code: unknown;
  readonly said: string;
}

function start(settings: Readonly<Record<string, string>>, ...args: string[]): Promise<Ending> {
  const env = { NODE_ENV: process.env.NODE_ENV, PATH: process.env.PATH, SLIPWAY_DATA: data, PORT: "1", ...settings };
  return new Promise((resolve) => {
    execFile(process.execPath, [START, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, said: stdout + stderr }),
    );
  });
}

async function listen(): Promise<{ server: Server; port: string }> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not a port");
  return { server, port: String(address.port) };
}

describe("npm start refuses in one plain sentence", () => {
  it.each([
    [{ HOST: "0.0.0.0" }, 'HOST is "0.0.0.0": until Slipway has sign-in it listens on this machine only, so use 127.0.0.1.'],
    [
      { HOST: "example.org" },
      'HOST is "example.org": until Slipway has sign-in it listens on this machine only, so use 127.0.0.1.',
    ],
    [{ HOST: "127.evil" }, 'HOST is "127.evil": until Slipway has sign-in it listens on this machine only, so use 127.0.0.1.'],
    [{ PORT: "http" }, 'PORT is "http": it must be a whole number from 1 to 65535.'],
    [{ PORT: "0" }, 'PORT is "0": it must be a whole number from 1 to 65535.'],
    [{ PORT: "65536" }, 'PORT is "65536": it must be a whole number from 1 to 65535.'],
    [{ PORT: "80.5" }, 'PORT is "80.5": it must be a whole number from 1 to 65535.'],
    [{ SLIPWAY_DEMO: "maybe" }, 'SLIPWAY_DEMO is "maybe": it is 1 (the demo fleet) or 0 (an empty console).'],
    [
      { DATABASE_URL: "mysql://root:secret@db/x" },
      "DATABASE_URL is not a PostgreSQL address: it looks like postgresql://user:password@host:5432/database.",
    ],
    [{ SLIPWAY_DATA: "/dev/null/slipway" }, "SLIPWAY_DATA is /dev/null/slipway, where nothing can be written (ENOTDIR)."],
  ])("%j", async (settings, sentence) => {
    await expect(start(settings)).resolves.toEqual({ code: 1, said: `  ${sentence}\n` });
  });

  it("when the port is in use", async () => {
    const { server, port } = await listen();
    const said = `  Port ${port} on 127.0.0.1 is in use, perhaps by another Slipway: stop that one, or choose another port with PORT.\n`;
    await expect(start({ PORT: port })).resolves.toEqual({ code: 1, said });
    server.close();
  });

  it("when the machine lacks what local hosts need", async () => {
    const { code, said } = await start({ PATH: data });
    expect(code).toBe(1);
    expect(said).toMatch(
      /^ {2}Slipway's local hosts need sh, tar, gzip, flock, setsid, awk, find, readlink, sed, df, sha256sum or openssl, curl or wget, which this machine has not;.*\n$/,
    );
  });

  it("asks of this machine what a check asks of any host", () => {
    const asked = [...CHECK_SCRIPT.matchAll(/^for tool in (.*); do$/gm)].flatMap(([, tools = ""]) => tools.split(" "));
    expect(asked).toContain("awk");
    for (const tool of asked) expect(() => checkTools(data)).toThrow(new RegExp(`\\b${tool}\\b`));
  });

  it("when another Slipway runs on the same folder, and names it", async () => {
    const lock = takeLock(path.join(data, "slipway.lock"), "http://127.0.0.1:4000");
    const said = `  Slipway already runs on ${data} (process ${process.pid}): open http://127.0.0.1:4000, or stop it first.\n`;
    await expect(start({})).resolves.toEqual({ code: 1, said });
    if ("release" in lock) lock.release();
  });

  it("when a process of a larger installation has no database", async () => {
    const said = "  Set DATABASE_URL: the worker process alone has no embedded database.\n";
    await expect(start({}, "worker")).resolves.toEqual({ code: 1, said });
  });

  it("when the database does not answer, without its password", async () => {
    const { server, port } = await listen();
    const free = await listen();
    server.close();
    free.server.close();
    const { code, said } = await start({ DATABASE_URL: `postgresql://slipway:secret@127.0.0.1:${port}/x`, PORT: free.port });
    expect(code).toBe(1);
    expect(said).toMatch(/^ {2}The database of DATABASE_URL \(127\.0\.0\.1:\d+\) cannot be reached: .*ECONNREFUSED.*\n$/m);
    expect(said).not.toContain("secret");
  });
});

describe("the lock of a data folder", () => {
  const file = () => path.join(data, "slipway.lock");
  const writeLock = (content: string) => writeFile(file(), content);

  it("is taken over from a process that was killed", async () => {
    const victim = spawn("sleep", ["60"]);
    const pid = victim.pid ?? 0;
    const record = JSON.stringify({ pid, identity: identityOf(pid), note: "" });
    victim.kill("SIGKILL");
    await once(victim, "exit");
    await writeLock(record);
    expect(takeLock(file(), "mine")).toHaveProperty("release");
    expect(JSON.parse(await readFile(file(), "utf8"))).toMatchObject({ pid: process.pid, note: "mine" });
  });

  it("is taken over from a process whose number another one has by now", async () => {
    await writeLock(JSON.stringify({ pid: process.pid, identity: "before", note: "" }));
    expect(takeLock(file(), "mine")).toHaveProperty("release");
  });

  it("can be taken again once it was given back", () => {
    const first = takeLock(file(), "first");
    expect(takeLock(file(), "second")).toMatchObject({ holder: { pid: process.pid, note: "first" } });
    if ("release" in first) first.release();
    expect(takeLock(file(), "second")).toHaveProperty("release");
  });
});
