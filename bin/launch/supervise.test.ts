import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { identityOf } from "../preflight/identity.mjs";
import { stopLeftovers } from "../preflight/processes.mjs";
import { type Supervised, supervise } from "./supervise.mjs";

const NEVER = new AbortController().signal;
const PATIENT = { timeout: 15_000, interval: 20 };

let data: string;
let said: string[];
const running: Supervised[] = [];

beforeEach(async () => {
  data = await mkdtemp(path.join(tmpdir(), "slipway-supervise-"));
  await mkdir(path.join(data, "logs"));
  said = [];
});
afterEach(async () => {
  for (const part of running.splice(0)) await part.stop(AbortSignal.abort());
  await rm(data, { recursive: true, force: true });
});

function keep(program: string, patienceMs = 10_000): Supervised {
  const say = (sentence: string) => void said.push(sentence);
  const part = supervise({
    name: "worker",
    args: ["--eval", program],
    env: process.env,
    root: data,
    data,
    remembered: true,
    patienceMs,
    say,
  });
  running.push(part);
  return part;
}

async function pidOf(name: string): Promise<number> {
  return JSON.parse(await readFile(path.join(data, "run", `${name}.json`), "utf8")).pid;
}

const STAYS = "setInterval(() => undefined, 1000); console.log('up')";
const STUBBORN = "process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000); console.log('up')";
const logged = () => readFile(path.join(data, "logs", "worker.log"), "utf8");

describe("a supervised part", () => {
  it("is started again when it was killed, and says so", async () => {
    const part = keep(STAYS);
    const first = await vi.waitFor(() => pidOf("worker"), PATIENT);
    process.kill(first, "SIGKILL");
    await vi.waitFor(async () => expect(await pidOf("worker")).not.toBe(first), PATIENT);
    expect(said).toEqual([`The worker process ended (SIGKILL) and is started again in 0.5 s; see ${part.logFile}`]);
    expect(part.falls).toBe(1);
  });

  it("is gone after a stop, and is not started again", async () => {
    const part = keep(STAYS);
    const pid = await vi.waitFor(() => pidOf("worker"), PATIENT);
    await part.stop(NEVER);
    expect(identityOf(pid)).toBeUndefined();
    expect(said).toEqual([]);
    await expect(readdir(path.join(data, "run"))).resolves.toEqual([]);
  });

  it("is killed when it does not stop in its time", async () => {
    const part = keep(STUBBORN, 200);
    await vi.waitFor(async () => expect(await logged()).toContain("up"), PATIENT);
    const pid = await pidOf("worker");
    await part.stop(NEVER);
    expect(identityOf(pid)).toBeUndefined();
  });

  it("is killed at once when the stop is hurried", async () => {
    const part = keep(STUBBORN, 3_600_000);
    await vi.waitFor(async () => expect(await logged()).toContain("up"), PATIENT);
    const pid = await pidOf("worker");
    await part.stop(AbortSignal.abort());
    expect(identityOf(pid)).toBeUndefined();
  });

  it("logs everything and shows the messages of errors only", async () => {
    keep(
      "console.log(JSON.stringify({level:30,msg:'calm'})); console.log(JSON.stringify({level:50,msg:'trouble'})); setInterval(()=>{},1000)",
    );
    await vi.waitFor(() => expect(said).toEqual(["worker: trouble"]), PATIENT);
    await vi.waitFor(async () => expect(await logged()).toMatch(/calm[\s\S]*trouble/), PATIENT);
  });
});

describe("what a killed start has left behind", () => {
  it("is stopped by the next one", async () => {
    keep(STAYS);
    const pid = await vi.waitFor(() => pidOf("worker"), PATIENT);
    const note = await readFile(path.join(data, "run", "worker.json"), "utf8");
    const elsewhere = path.join(data, "later");
    await mkdir(path.join(elsewhere, "run"), { recursive: true });
    await writeFile(path.join(elsewhere, "run", "worker.json"), note);
    await stopLeftovers(elsewhere, 10_000);
    expect(identityOf(pid)).toBeUndefined();
    await expect(readdir(path.join(elsewhere, "run"))).resolves.toEqual([]);
  });

  it("is let alone when its number is another process's by now", async () => {
    keep(STAYS);
    const pid = await vi.waitFor(() => pidOf("worker"), PATIENT);
    const elsewhere = path.join(data, "later");
    await mkdir(path.join(elsewhere, "run"), { recursive: true });
    await writeFile(path.join(elsewhere, "run", "worker.json"), JSON.stringify({ pid, identity: "before" }));
    await stopLeftovers(elsewhere, 10_000);
    expect(identityOf(pid)).toBeDefined();
  });
});
