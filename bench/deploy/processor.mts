/** Processor time by where it was spent. Linux only, in milliseconds. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { LabHost } from "../../lib/lab/lab";
import { ifThere, type Times, timesOf } from "../cpu.mjs";

const all = ({ self, waited }: Times) => self + waited;

/** Of what runs on these hosts and ever ran there: whoever ended was waited for by somebody inside. */
export function spentOnHosts(hosts: readonly LabHost[]): number {
  return runningOn(hosts).reduce((sum, pid) => sum + spentBy(pid), 0);
}

/** What runs on these hosts now. */
export function runningOn(hosts: readonly LabHost[]): readonly number[] {
  const inside = new Set(hosts.map(({ process }) => ifThere(() => readlinkSync(`/proc/${process.pid}/ns/pid_for_children`))));
  return processes().filter((pid) => inside.has(ifThere(() => readlinkSync(`/proc/${pid}/ns/pid`))));
}

/** Of the programs that this process has started and waited for, and of those that went on by themselves and name `mark`. */
export function spentByChildren(mark: string): number {
  return timesOf(process.pid).waited + sumOf((pid) => pid !== process.pid && commandLineOf(pid).includes(mark));
}

/** Of services that work below a folder; of those that run now only. */
export function spentBelow(folder: string): number {
  return sumOf((pid) => ifThere(() => readlinkSync(`/proc/${pid}/cwd`)).startsWith(`${folder}/`));
}

export function spentBy(pid: number): number {
  return all(timesOf(pid));
}

function sumOf(counts: (pid: number) => boolean): number {
  return processes()
    .filter(counts)
    .reduce((sum, pid) => sum + spentBy(pid), 0);
}

function processes(): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Its words, separated by NUL characters. */
export function commandLineOf(pid: number): string {
  return ifThere(() => readFileSync(`/proc/${pid}/cmdline`, "latin1"));
}
