/** Processor time: what stays comparable when a machine is busy with other things. Linux only. */
import { readFileSync } from "node:fs";

/** Of `/proc/<pid>/stat`; Linux counts it in hundredths of a second. */
const TICK_MS = 10;

export interface ProcessorTime {
  /** This process, in milliseconds. */
  readonly own: number;
  /** The programs that it started and waited for, and theirs. Not the services: they outlive who starts them. */
  readonly children: number;
  /** The database server's processes. */
  readonly database: number;
}

export function processorTime(postmaster: number): ProcessorTime {
  const own = timesOf(process.pid);
  return { own: own.self, children: own.waited, database: databaseTime(postmaster) };
}

/** Of a database server with all that serves its connections. */
export function databaseTime(postmaster: number): number {
  const server = timesOf(postmaster);
  const backends = ifThere(() => readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, "utf8"))
    .split(" ")
    .filter((pid) => pid !== "")
    .map((pid) => timesOf(Number(pid)));
  return server.self + server.waited + backends.reduce((sum, each) => sum + each.self, 0);
}

export function since(before: ProcessorTime, after: ProcessorTime): ProcessorTime {
  return { own: after.own - before.own, children: after.children - before.children, database: after.database - before.database };
}

export interface Times {
  readonly self: number;
  /** Of children that it has waited for. */
  readonly waited: number;
}

/** Nothing but zeros for a process that is gone. */
export function timesOf(pid: number): Times {
  const fields = (
    ifThere(() => readFileSync(`/proc/${pid}/stat`, "utf8"))
      .split(") ")
      .at(-1) ?? ""
  ).split(" ");
  const ticks = (from: number) => (Number(fields[from] ?? 0) + Number(fields[from + 1] ?? 0)) * TICK_MS;
  return { self: ticks(11), waited: ticks(13) };
}

const NOTHING_TO_READ: readonly unknown[] = ["ENOENT", "ESRCH", "EACCES"];

/** A process may end between the listing and the look, and some are not ours to look into: '' for both. */
export function ifThere(read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "code" in error && NOTHING_TO_READ.includes(error.code)) return "";
    throw error;
  }
}
