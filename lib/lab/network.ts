/** Separate hosts on one machine: a network namespace each, joined to this machine by a pair of virtual interfaces. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { isRoot } from "./sshd";

const run = promisify(execFile);
const ip = (...args: readonly string[]) => run("ip", [...args]);

const FIRST_NET = 200;
const LAST_NET = 250;

/** A host's place in the network of a lab. */
export interface Place {
  readonly namespace: string;
  /** The interface on this machine that the host hangs on. */
  readonly link: string;
  readonly address: string;
  /** This machine, as the host sees it. */
  readonly gateway: string;
}

/** Whether this machine lets us make namespaces with interfaces of their own. */
export async function hasNamespaces(): Promise<boolean> {
  if (!isRoot) return false;
  try {
    await run("unshare", [
      "--net",
      "--mount",
      "--pid",
      "--fork",
      "ip",
      "link",
      "add",
      "probe0",
      "type",
      "veth",
      "peer",
      "name",
      "probe1",
    ]);
    return true;
  } catch {
    return false;
  }
}

/** A namespace without anything in it: whoever made it has the range, also before its first host is there. */
const claimOf = (net: number) => `slipway-${net}`;

/** Second byte of a range 10.x.0.0/16 that nothing here uses, kept until it is given back. Throws Error when there is none. */
export async function takeNet(): Promise<number> {
  const { stdout } = await ip("-o", "-4", "addr", "show");
  for (let net = FIRST_NET; net <= LAST_NET; net += 1) if (!stdout.includes(` 10.${net}.`) && (await isMine(net))) return net;
  throw new Error(`10.${FIRST_NET}.0.0 to 10.${LAST_NET}.0.0 are all in use`);
}

async function isMine(net: number): Promise<boolean> {
  try {
    await ip("netns", "add", claimOf(net));
    return true;
  } catch (error) {
    if (error instanceof Error && "stderr" in error && String(error.stderr).includes("File exists")) return false;
    throw error;
  }
}

export const giveBackNet = (net: number): Promise<void> => leave({ namespace: claimOf(net) });

/** Makes the namespace of the host with this number, from 1 to 4000, and joins it to this machine. */
export async function join(net: number, number: number): Promise<Place> {
  const at = number * 4;
  const address = (offset: number) => `10.${net}.${Math.floor((at + offset) / 256)}.${(at + offset) % 256}`;
  const place = { namespace: `slipway-${net}-${number}`, link: `sl${net}-${number}`, address: address(2), gateway: address(1) };
  await ip("netns", "add", place.namespace);
  await ip("link", "add", place.link, "type", "veth", "peer", "name", "eth0", "netns", place.namespace);
  await ip("addr", "add", `${place.gateway}/30`, "dev", place.link);
  await ip("link", "set", place.link, "up");
  await ip("-n", place.namespace, "addr", "add", `${place.address}/30`, "dev", "eth0");
  await ip("-n", place.namespace, "link", "set", "eth0", "up");
  await ip("-n", place.namespace, "link", "set", "lo", "up");
  return place;
}

/** The first process of a host: it starts what it is there for again when that ends, and takes care of whatever lost its parent. */
const INIT = ["sh", "-c", 'while :; do "$@"; sleep 1; done', "init"] as const;

/** What a program is started through to have a namespace of its own: when the first process of it ends, all in it ends. */
export function inside({ namespace }: Place): readonly string[] {
  const alone = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  return ["ip", "netns", "exec", namespace, ...alone, ...INIT];
}

/** Those that are called so. */
export async function processesIn({ namespace }: Place, name: string): Promise<readonly number[]> {
  const { stdout } = await ip("netns", "pids", namespace);
  const pids = stdout.split("\n").filter((line) => line !== "");
  const names = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")));
  return pids.filter((_, at) => names[at]?.trim() === name).map(Number);
}

/** Takes the namespace down with its interfaces; one that is gone already is no error. */
export async function leave({ namespace }: Pick<Place, "namespace">): Promise<void> {
  const { stdout } = await ip("netns", "list");
  if (stdout.split("\n").some((line) => line.split(" ")[0] === namespace)) await ip("netns", "del", namespace);
}

/** Cuts the cable of a host, or mends it. Nobody is told: packets vanish. */
export async function cable({ link }: Place, state: "cut" | "whole"): Promise<void> {
  await ip("link", "set", link, state === "cut" ? "down" : "up");
}
