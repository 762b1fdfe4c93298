// @ts-check
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { identityOf } from "./identity.mjs";

/**
 * Where a start notes its processes, so that a later one finds them should it be killed.
 * @param {string} data
 * @param {string} name
 */
function noteFile(data, name) {
  return path.join(data, "run", `${name}.json`);
}

/**
 * @param {string} data
 * @param {string} name
 * @param {number} pid
 */
export function rememberProcess(data, name, pid) {
  mkdirSync(path.join(data, "run"), { recursive: true, mode: 0o700 });
  writeFileSync(noteFile(data, name), JSON.stringify({ pid, identity: identityOf(pid) ?? "" }), { mode: 0o600 });
}

/**
 * @param {string} data
 * @param {string} name
 */
export function forgetProcess(data, name) {
  rmSync(noteFile(data, name), { force: true });
}

/**
 * Ends what an earlier start noted and, being killed, could not stop any more: the worker first, as ever.
 * @param {string} data
 * @param {number} patienceMs
 */
export async function stopLeftovers(data, patienceMs) {
  const folder = path.join(data, "run");
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder).sort().reverse()) {
    const { pid, identity } = readNote(path.join(folder, file));
    if (pid > 0 && identityOf(pid) === identity) await stopProcess(pid, patienceMs);
    rmSync(path.join(folder, file), { force: true });
  }
}

/**
 * Asks a process to end, and ends it after `patienceMs` or as soon as `hurried`. Resolves when it is gone.
 * @param {number} pid
 * @param {number} patienceMs
 * @param {AbortSignal} [hurried]
 */
export async function stopProcess(pid, patienceMs, hurried) {
  const identity = identityOf(pid);
  const runs = () => identity !== undefined && identityOf(pid) === identity;
  if (!runs()) return;
  process.kill(pid, "SIGTERM");
  const deadline = performance.now() + patienceMs;
  while (runs() && performance.now() < deadline && !hurried?.aborted) await sleep(20);
  if (runs()) process.kill(pid, "SIGKILL");
  while (runs()) await sleep(20);
}

/**
 * A note that was cut short by a crash names no process.
 * @param {string} file
 * @returns {{ pid: number, identity: string }}
 */
function readNote(file) {
  try {
    const { pid, identity } = JSON.parse(readFileSync(file, "utf8"));
    return { pid: Number(pid) || 0, identity: String(identity) };
  } catch {
    return { pid: 0, identity: "" };
  }
}
