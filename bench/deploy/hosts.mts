import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Lab, startLab, stopLab } from "../../lib/lab/lab";
import type { Scratch, Undo } from "../scratch.mjs";

const run = promisify(execFile);

/** Hosts with a network each, taken down at the end. Throws Error where this machine does not let us make networks. */
export async function openLab({ folder }: Scratch, undo: Undo, count: number): Promise<Lab> {
  const place = join(folder, "lab");
  undo(() => stopLab(place));
  const lab = await startLab(place, count);
  if (lab.hosts.some((host) => host.place === null)) throw new Error("hosts with networks of their own need root on Linux");
  return lab;
}

/** An address of this machine that every host of the lab reaches, also those that hang on another interface. */
export async function consoleAddress({ hosts }: Lab): Promise<string> {
  const places = hosts.flatMap(({ place }) => (place === null ? [] : [place]));
  const [first, ...others] = places;
  if (first === undefined) throw new Error("no host has a network of its own");
  for (const { namespace, gateway } of others)
    await run("ip", ["-n", namespace, "route", "replace", first.gateway, "via", gateway]);
  return first.gateway;
}
