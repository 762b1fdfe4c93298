/** Who holds a lease: a name that tells on the same machine whether its process still lives. */
import { randomUUID } from "node:crypto";
import { readFile, readlink } from "node:fs/promises";

/**
 * The kernel's run, the process namespace, and in it a process with its start: no other process ever has the same. Two containers share
 * a kernel and may have the same ids of processes; their namespaces differ.
 */
interface Place {
  readonly boot: string;
  readonly namespace: string;
}

const NAME = /^([0-9a-f-]{36})\/(\d+)\/(\d+)\/(\d+)\/[0-9a-f-]{36}$/;

/** A fresh name for a holder in this process. Where the kernel does not say who it is (not Linux), nobody can tell when it is gone. */
export async function holderName(): Promise<string> {
  const place = await placeOf();
  const started = place && (await startOf(process.pid));
  return place && started ? [place.boot, place.namespace, process.pid, started, randomUUID()].join("/") : randomUUID();
}

/**
 * Its process was one of this machine, seen from here, and is no more. Whatever cannot be told for certain is not gone: a holder
 * elsewhere, one that is frozen, one that cannot be looked at.
 */
export async function isGone(name: string): Promise<boolean> {
  const [, boot, namespace, pid, started] = NAME.exec(name) ?? [];
  if (boot === undefined || pid === undefined) return false;
  const place = await placeOf();
  if (place === null || place.boot !== boot || place.namespace !== namespace) return false;
  if (!exists(Number(pid))) return true;
  const now = await startOf(Number(pid));
  return now !== null && now !== started;
}

async function placeOf(): Promise<Place | null> {
  const [boot, namespace, self] = await Promise.all([
    readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => null),
    readlink("/proc/self/ns/pid").catch(() => null),
    readlink("/proc/self").catch(() => null),
  ]);
  const inode = /^pid:\[(\d+)\]$/.exec(namespace ?? "")?.[1];
  // A /proc of another namespace would tell of other processes.
  return boot === null || inode === undefined || self !== String(process.pid) ? null : { boot: boot.trim(), namespace: inode };
}

/** Asked of the kernel, not of /proc, which may hide other people's processes. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

/** Since when it runs, in the kernel's ticks since the boot; `dead` of one that has ended and was not yet waited for; null = cannot be told. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  // The second field is the program's name, which may hold anything.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields === undefined) return null;
  return fields[0] === "Z" || fields[0] === "X" ? "dead" : (fields[19] ?? null);
}
