/** Ends by id whatever works in a folder, and removes it. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { chmod, cp, mkdir, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { removeCluster } from "../../lib/postgres/cluster";
import { isAlive } from "../../lib/postgres/process";

const PREFIX = "slipway-chaos-";
/** Copies of the hosts' disks, and the sign that the folder was kept on purpose. */
const KEPT = "kept";

/** Name of the folder of a run: it tells whose it is, so that a later run can clear it away should this one be killed. */
export function folderPrefix(): string {
  return path.join(tmpdir(), `${PREFIX}${process.pid}-`);
}

/** Clears away what runs that were killed have left; what was kept on purpose stays. */
export async function clearLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX) || isAlive(Number.parseInt(name.slice(PREFIX.length), 10))) continue;
    const folder = path.join(tmpdir(), name);
    if (!existsSync(path.join(folder, KEPT))) await clearAway(folder);
  }
}

/** Ends every process of the folder, and removes it with what is mounted in it. */
export async function clearAway(folder: string): Promise<void> {
  await endProcessesOf(folder);
  for (const mount of mountsIn(folder)) execFileSync("umount", ["--lazy", mount]);
  await removeCluster(path.join(folder, "postgres"));
  await makeWritable(path.join(folder, "hosts"));
  await rm(folder, { recursive: true, force: true });
}

/** Ends every process of the folder; what lies on mounted disks is copied out of them, so that only files are left. */
export async function keepEvidence(folder: string): Promise<void> {
  await endProcessesOf(folder);
  await mkdir(path.join(folder, KEPT));
  for (const mount of mountsIn(folder)) {
    await cp(mount, path.join(folder, KEPT, path.basename(mount)), { recursive: true, verbatimSymlinks: true });
    execFileSync("umount", ["--lazy", mount]);
  }
}

/** Every process whose working folder, arguments or environment lie in it; what they start meanwhile, too. */
export async function endProcessesOf(folder: string): Promise<void> {
  for (;;) {
    const found = processesOf(folder);
    if (found.length === 0) return;
    for (const pid of found) killIfThere(pid);
    await sleep(20);
  }
}

export function processesOf(folder: string): readonly number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid && isAlive(pid) && belongsTo(pid, folder));
}

function belongsTo(pid: number, folder: string): boolean {
  const inside = (text: string) => text.includes(`${folder}/`);
  return (
    inside(`${read(() => readlinkSync(`/proc/${pid}/cwd`))}/`) ||
    inside(read(() => readFileSync(`/proc/${pid}/cmdline`, "utf8"))) ||
    inside(read(() => readFileSync(`/proc/${pid}/environ`, "utf8")))
  );
}

/** A process that ends while it is looked at, or that is somebody else's, has nothing to read. */
function read(look: () => string): string {
  try {
    return look();
  } catch {
    return "";
  }
}

export function killIfThere(pid: number, signal: NodeJS.Signals = "SIGKILL"): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}

function mountsIn(folder: string): readonly string[] {
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((place) => place.startsWith(`${folder}/`));
}

/** Releases on hosts are read-only folders. */
async function makeWritable(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const inner = path.join(folder, entry.name);
    await chmod(inner, 0o755);
    await makeWritable(inner);
  }
}
