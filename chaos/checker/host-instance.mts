/** Reads an instance on its host: the journal's files, the process table, and what the service itself answers. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";

export interface JournalEntry {
  /** `rollout:attempt`, or what a change by hand is called. */
  readonly tx: string;
  readonly mode: string;
  readonly version: string;
  readonly revision: number;
  /** `done`, `unchanged`, `reverted`, `down`; null when it has no end. */
  readonly end: string | null;
  readonly detail: string;
  /** Milliseconds of the epoch. */
  readonly begunAt: number;
  readonly endedAt: number | null;
}

export interface HostInstance {
  readonly instance: string;
  readonly host: string;
  /** Oldest first. */
  readonly journal: readonly JournalEntry[];
  /** The change that the instance's pointer names. */
  readonly active: JournalEntry | null;
  /** Main processes that run for it. */
  readonly processes: readonly number[];
  /** When the process that is written down was started, in milliseconds of the epoch. */
  readonly startedAt: number | null;
  /** The version that it tells by itself; null when nothing answers. */
  readonly serves: string | null;
}

const ENDS = ["done", "unchanged", "reverted", "down"];
const ANSWERS_WITHIN_MS = 3_000;

export interface Place {
  readonly instance: string;
  readonly host: string;
  readonly root: string;
  readonly port: number;
}

export async function readHostInstance({ instance, host, root, port }: Place, running: Running): Promise<HostInstance> {
  const folder = path.join(root, "instances", instance);
  const names = existsSync(folder)
    ? readdirSync(path.join(folder, "activations"))
        .filter((name) => /^\d{6}\./.test(name))
        .sort()
    : [];
  const entries = names.map((name) => readJournal(path.join(folder, "activations", name, "journal")));
  const link = readLink(path.join(folder, "active"));
  const active = link === null ? -1 : names.indexOf(path.basename(link));
  return {
    instance,
    host,
    journal: entries,
    active: entries[active] ?? null,
    processes: running.get(instance) ?? [],
    startedAt: startOf(path.join(folder, "pid")),
    serves: await versionAt(port),
  };
}

function readJournal(file: string): JournalEntry {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.endsWith(" ."))
    .map((line) => line.slice(0, -2).split(" "));
  const [, begunAt = "", tx = "", , mode = "", , revision = "", version = ""] = lines.find(([word]) => word === "begun") ?? [];
  const [end = null, endedAt = null, ...detail] = lines.find(([word]) => word !== undefined && ENDS.includes(word)) ?? [];
  return {
    tx: decodeURIComponent(tx),
    mode,
    version: decodeURIComponent(version),
    revision: Number(revision),
    end,
    detail: detail.join(" "),
    begunAt: Number(begunAt),
    endedAt: endedAt === null ? null : Number(endedAt),
  };
}

/** Process ids by instance. */
export type Running = ReadonlyMap<string, readonly number[]>;

/** The services that run from these folders, whatever any file says: a shell that keeps one is none itself. */
export function runningUnder(folder: string): Running {
  const found = new Map<string, number[]>();
  for (const pid of readdirSync("/proc").map(Number).filter(Number.isInteger)) {
    const environment = read(`/proc/${pid}/environ`).split("\0");
    const instance = environment.find((line) => line.startsWith("SLIPWAY_INSTANCE="))?.slice("SLIPWAY_INSTANCE=".length);
    if (instance === undefined || !readLink(`/proc/${pid}/cwd`)?.startsWith(`${folder}/`)) continue;
    if (/^(sh|setsid|sleep|curl)$/.test(read(`/proc/${pid}/comm`).trim())) continue;
    found.set(instance, [...(found.get(instance) ?? []), pid]);
  }
  return found;
}

function startOf(file: string): number | null {
  const since = Number(read(file).split("\n")[0]?.trim().split(" ")[3]);
  return Number.isFinite(since) && since > 0 ? since : null;
}

async function versionAt(port: number): Promise<string | null> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/version`, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    return answer.ok ? (await answer.text()).trim() : null;
  } catch {
    return null;
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function readLink(file: string): string | null {
  try {
    return readlinkSync(file);
  } catch {
    return null;
  }
}
