/** Processor time: what stays comparable when a machine is busy with other things. Linux only. */
import { readdirSync, readFileSync } from "node:fs";

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
  const own = times(process.pid);
  const server = times(postmaster);
  const backends = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => times(Number(name)))
    .filter((each) => each.parent === postmaster);
  return {
    own: own.self,
    children: own.waited,
    database: server.self + server.waited + backends.reduce((sum, each) => sum + each.self, 0),
  };
}

export function since(before: ProcessorTime, after: ProcessorTime): ProcessorTime {
  return { own: after.own - before.own, children: after.children - before.children, database: after.database - before.database };
}

function times(pid: number): { readonly parent: number; readonly self: number; readonly waited: number } {
  const fields = (readIfThere(`/proc/${pid}/stat`).split(") ").at(-1) ?? "").split(" ");
  const ticks = (from: number) => (Number(fields[from] ?? 0) + Number(fields[from + 1] ?? 0)) * TICK_MS;
  return { parent: Number(fields[1] ?? 0), self: ticks(11), waited: ticks(13) };
}

/** A process may end between the listing and the look. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) return "";
    throw error;
  }
}
