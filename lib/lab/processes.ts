import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const GONE_WITHIN_MS = 10_000;

interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly state: string;
  /** Ticks since the machine was started: with the pid it names a process for ever. */
  readonly startedAt: string;
}

async function entryOf(pid: number): Promise<Entry | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "latin1");
    const end = stat.lastIndexOf(")");
    const fields = stat.slice(end + 2).split(" ");
    const name = stat.slice(stat.indexOf("(") + 1, end);
    return { pid, parent: Number(fields[1]), name, state: fields[0] ?? "", startedAt: fields[19] ?? "" };
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) return null;
    throw error;
  }
}

/** When a process was started, in a form that only that one has; null when there is none, or only what is left of one. */
export async function startOf(pid: number): Promise<string | null> {
  const entry = await entryOf(pid);
  return entry === null || entry.state === "Z" ? null : entry.startedAt;
}

/** A process and those below it that are called the same, each parent before its children. */
export async function familyOf(pid: number): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = (await Promise.all(pids.map(entryOf))).filter((entry) => entry !== null);
  const head = all.find((entry) => entry.pid === pid);
  if (head === undefined) return [];
  const family = [head];
  for (const member of family) family.push(...all.filter((entry) => entry.parent === member.pid && entry.name === head.name));
  return family.map((entry) => entry.pid);
}

/** Kills these and waits until they are gone. */
export async function endProcesses(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }
  const until = performance.now() + GONE_WITHIN_MS;
  while ((await Promise.all(pids.map(startOf))).some((start) => start !== null)) {
    if (performance.now() > until) throw new Error(`these do not end: ${pids.join(", ")}`);
    await sleep(10);
  }
}
