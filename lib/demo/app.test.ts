import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { packageOf, readProgram } from "./build-packages";
import { type Behaviour, DEMO_SERVICES, type DemoVersion, demoSettings } from "./catalogue";

const base = mkdtempSync(join(tmpdir(), "slipway-app-"));
afterAll(() => rmSync(base, { recursive: true }));
const program = await readProgram(join(import.meta.dirname, "app"));

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

interface Running {
  readonly origin: string;
  readonly child: ChildProcess;
  readonly log: () => string;
  readonly ended: Promise<number | null>;
}

/** Unpacks a real package of the demo and starts it as its settings say. */
async function start(
  behaviour: Behaviour,
  afterSeconds: number | null = null,
  environment: Record<string, string> = {},
): Promise<Running> {
  const version: DemoVersion = { version: "2.4.0", behaviour, afterSeconds, kind: "tar.gz", ballast: 100, changes: "None" };
  const folder = mkdtempSync(join(base, "release-"));
  const packed = await packageOf("checkout", version, program);
  expect(spawnSync("tar", ["-xzf", "-", "-C", folder], { input: packed }).status).toBe(0);
  const port = await freePort();
  const [command = "", ...args] = demoSettings(process.execPath).start;
  const env: NodeJS.ProcessEnv = {
    NODE_ENV: "production",
    HOST: "127.0.0.1",
    PORT: String(port),
    SLIPWAY_VERSION: "2.4.0",
    ...environment,
  };
  const child = spawn(command, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  running.push(child);
  let log = "";
  child.stdout.on("data", (chunk: Buffer) => (log += chunk));
  child.stderr.on("data", (chunk: Buffer) => (log += chunk));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { origin: `http://127.0.0.1:${port}`, child, log: () => log, ended };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** The status of `/healthz`, null while nobody listens. */
async function status({ origin }: Running): Promise<number | null> {
  try {
    return (await fetch(`${origin}/healthz`)).status;
  } catch {
    return null;
  }
}

async function until(app: Running, wanted: number): Promise<void> {
  while ((await status(app)) !== wanted) await sleep(20);
}

describe("a good release", () => {
  it("is healthy and tells its version", async () => {
    const app = await start("good");
    await until(app, 200);
    expect(await (await fetch(`${app.origin}/version`)).text()).toBe("2.4.0\n");
    expect(await (await fetch(app.origin)).json()).toMatchObject({ service: "checkout", version: "2.4.0" });
    expect((await fetch(`${app.origin}/elsewhere`)).status).toBe(404);
    expect((await fetch(app.origin, { method: "POST" })).status).toBe(405);
    expect(app.log()).toContain("checkout 2.4.0 is ready");
  });

  it("ends cleanly on SIGTERM, and the port is free again", async () => {
    const app = await start("good");
    await until(app, 200);
    app.child.kill("SIGTERM");
    expect(await app.ended).toBe(0);
    expect(app.log()).toContain("stopped");
    expect(await status(app)).toBeNull();
  });

  it("says plainly what is missing or taken", async () => {
    const without = await start("good", null, { PORT: "" });
    expect(await without.ended).toBe(1);
    expect(without.log()).toContain("HOST and PORT must be set");
    const first = await start("good");
    await until(first, 200);
    const second = await start("good", null, { PORT: new URL(first.origin).port });
    expect(await second.ended).toBe(1);
    expect(second.log()).toContain("EADDRINUSE");
  });
});

describe("a bad release", () => {
  it("that exits says why and never listens", async () => {
    const app = await start("exits");
    expect(await app.ended).toBe(1);
    expect(app.log()).toContain("PAYMENT_GATEWAY_URL is required");
    expect(app.log()).not.toContain("listening");
  });

  it("that never becomes healthy runs, says why, and still ends on SIGTERM", async () => {
    const app = await start("never_healthy");
    await until(app, 503);
    expect(await (await fetch(`${app.origin}/healthz`)).json()).toMatchObject({
      status: "unavailable",
      database: expect.stringContaining("migration"),
    });
    while (!app.log().includes("attempt 1")) await sleep(50);
    expect(await status(app)).toBe(503);
    app.child.kill("SIGTERM");
    expect(await app.ended).toBe(0);
  });

  it("that is slow answers 503 first and 200 in the end", async () => {
    const app = await start("slow", 1);
    await until(app, 503);
    await until(app, 200);
    expect(app.log()).toContain("index: loaded");
  });

  it("that falls over is healthy first and then ends by itself", async () => {
    const app = await start("falls_over", 1.5);
    await until(app, 200);
    expect(await app.ended).toBe(1);
    expect(app.log()).toContain("heap used 1.9 GB");
    expect(app.log()).toContain("FATAL: reached heap limit");
  });

  it("takes the times of the catalogue: six seconds slow, falls over after a minute", () => {
    const all = DEMO_SERVICES.flatMap(({ versions }) => versions);
    const times = all
      .filter(({ afterSeconds }) => afterSeconds !== null)
      .map(({ behaviour, afterSeconds }) => [behaviour, afterSeconds]);
    expect(times).toEqual([
      ["slow", 6],
      ["falls_over", 60],
    ]);
  });
});
