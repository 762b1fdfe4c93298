import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { finished } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { takeLock } from "../preflight/lock.mjs";
import { Refusal } from "../preflight/refusal.mjs";
import { bundleWorker } from "./bundle.mjs";
import { withoutNpm } from "./environment.mjs";
import { fingerprint } from "./fingerprint.mjs";

const PRODUCTS = [".next/BUILD_ID", "dist/worker.mjs", "lib/deploy/store/generated/client.ts"];
const LOG_TAIL_LINES = 30;

export interface BuildOptions {
  readonly root: string;
  /** Ends a build that is under way; the next one starts afresh. */
  readonly signal: AbortSignal;
  readonly say: (sentence: string) => void;
}

/**
 * Generates the database client, builds the web application and bundles the worker, unless a build of exactly these sources is there.
 * One build at a time: a second one waits, and then has nothing to do.
 * @throws Refusal when something does not build; the last lines of the log were shown.
 */
export async function buildIfStale(options: BuildOptions): Promise<void> {
  const { root, signal, say } = options;
  const stampFile = path.join(root, "dist", "build.json");
  const wanted = JSON.stringify({ sources: await fingerprint(root) });
  const isFresh = async () =>
    PRODUCTS.every((file) => existsSync(path.join(root, file))) && (await readIfThere(stampFile)) === wanted;
  if (await isFresh()) return;
  await mkdir(path.dirname(stampFile), { recursive: true });
  const release = await waitForTurn(path.join(root, "dist", "build.lock"), options);
  try {
    if (await isFresh()) return;
    say("Building (about half a minute, only after a change)…");
    await rm(stampFile, { force: true });
    await runStep(options, "generate", [path.join(root, "scripts", "generate.mjs")]);
    await runStep(options, "web", [createRequire(import.meta.url).resolve("next/dist/bin/next"), "build"]);
    await bundleWorker(root);
    signal.throwIfAborted();
    await writeFile(stampFile, wanted);
  } finally {
    release();
  }
}

async function waitForTurn(lockFile: string, { signal, say }: BuildOptions): Promise<() => void> {
  for (let told = false; ; told = true) {
    const lock = takeLock(lockFile, "build");
    if ("release" in lock) return lock.release;
    if (!told) say(`Waiting for another build (process ${lock.holder.pid})…`);
    await sleep(200, undefined, { signal });
  }
}

async function runStep({ root, signal }: BuildOptions, name: string, args: readonly string[]): Promise<void> {
  const logFile = path.join(root, "dist", `build-${name}.log`);
  const log = createWriteStream(logFile);
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...withoutNpm(process.env), NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const [code] = await once(child, "close");
  log.end();
  await finished(log);
  if (code === 0) return;
  const lines = (await readFile(logFile, "utf8")).trimEnd().split("\n");
  console.error(lines.slice(-LOG_TAIL_LINES).join("\n"));
  throw new Refusal(`The build failed: the whole of what it said is in ${path.relative(root, logFile)}.`);
}

async function readIfThere(file: string): Promise<string | undefined> {
  return existsSync(file) ? readFile(file, "utf8") : undefined;
}
