import { join } from "node:path";
import { type Lab, startLab, stopLab } from "../../lib/lab/lab";
import type { Scratch, Undo } from "../scratch.mjs";

/** Hosts with a network each, taken down at the end. Throws Error where this machine does not let us make networks. */
export async function openLab({ folder }: Scratch, undo: Undo, count: number): Promise<Lab> {
  const place = join(folder, "lab");
  undo(() => stopLab(place));
  const lab = await startLab(place, count);
  if (lab.hosts.some((host) => host.place === null)) throw new Error("hosts with networks of their own need root on Linux");
  return lab;
}
