/** Hosts for trying things out and for tests: real SSH servers with a user, a file tree and, where possible, a network of their own. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import * as network from "./network";
import { endProcesses, familyOf, startOf } from "./processes";
import { isRoot, keyPair, type LabUser, type SshdOptions, startSshd } from "./sshd";

const run = promisify(execFile);
const AT_ONCE = 8;
const FIRST_UID = 61_000;
const LOOPBACK_PORT = 2322;
const KEY = "id";
const PREFIX = "lab-";

export interface LabHost {
  /** What `POST /api/v1/hosts` takes. */
  readonly host: {
    readonly name: string;
    readonly kind: "ssh";
    readonly address: string;
    readonly root: string;
    readonly ssh: {
      readonly via: "builtin";
      readonly user: string;
      readonly host: null;
      readonly port: number;
      readonly key: { readonly kind: "file"; readonly file: string };
      readonly host_key: string;
    };
  };
  readonly folder: string;
  /** Its root folder is a file system of its own. */
  readonly disk: boolean;
  /** null: it shares this machine's network. */
  readonly place: network.Place | null;
  readonly process: { readonly pid: number; readonly startedAt: string };
}

export interface Lab {
  /** Folder of the private keys: `SLIPWAY_SSH_KEYS` of the workers. */
  readonly keys: string;
  /** Second byte of the addresses of its hosts; null: they share this machine's network. */
  readonly net: number | null;
  readonly hosts: readonly LabHost[];
}

const inventoryOf = (folder: string) => join(folder, "inventory.json");

/** The lab of this folder; null when there is none. */
export async function readLab(folder: string): Promise<Lab | null> {
  if (!existsSync(inventoryOf(folder))) return null;
  const lab: Lab = JSON.parse(await readFile(inventoryOf(folder), "utf8"));
  return lab;
}

export interface LabOptions {
  /** Megabytes of the disk of hosts that have one of their own, by the host's number from 1. It is lost when the host is ended. */
  readonly disks?: ReadonlyMap<number, number>;
}

/** Starts so many hosts. `folder` must be empty or not there; all of them are taken down again by `stopLab`. */
export async function startLab(folder: string, count: number, { disks = new Map() }: LabOptions = {}): Promise<Lab> {
  const keys = join(folder, "keys");
  await mkdir(keys, { recursive: true, mode: 0o755 });
  if (isRoot) await refuseClosed(folder);
  const publicKey = await keyPair(join(keys, KEY));
  const net = (await network.hasNamespaces()) ? await network.takeNet() : null;
  const hosts: LabHost[] = [];
  // Written as they come: what was started is known even when a later one fails.
  const remember = () => writeLab(folder, { keys, net, hosts });
  await remember();
  for (let first = 1; first <= count; first += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - first + 1) }, (_, at) => first + at);
    const started = await Promise.allSettled(
      numbers.map((number) => startHost(folder, number, net, publicKey, disks.get(number) ?? null)),
    );
    hosts.push(...started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : [])));
    await remember();
    for (const each of started) if (each.status === "rejected") throw each.reason;
  }
  return { keys, net, hosts };
}

async function writeLab(folder: string, lab: Lab): Promise<void> {
  await writeFile(inventoryOf(folder), `${JSON.stringify(lab, null, 2)}\n`);
}

/** Accounts of the hosts have to pass through every folder above their own. */
async function refuseClosed(folder: string): Promise<void> {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    const { mode } = await stat(at);
    if ((mode & 0o001) === 0) throw new Error(`others may not pass through ${at}: put the lab elsewhere with SLIPWAY_DATA`);
  }
}

async function startHost(
  lab: string,
  number: number,
  net: number | null,
  publicKey: string,
  diskMb: number | null,
): Promise<LabHost> {
  const folder = join(lab, `${PREFIX}${number}`);
  const place = net === null ? null : await network.join(net, number);
  const [address, port] = place === null ? [`127.0.20.${number}`, LOOPBACK_PORT] : [place.address, 22];
  const user = userOf(number);
  const root = join(folder, "srv");
  await mkdir(root, { recursive: true, mode: 0o755 });
  if (diskMb !== null) await run("mount", ["-t", "tmpfs", "-o", `size=${diskMb}m,mode=755`, "tmpfs", root]);
  if (isRoot) await run("chown", [String(user.uid), root]);
  const { hostKey, pid } = await startSshd(serverOf({ folder, address, port, place }, user, publicKey));
  const key = { kind: "file", file: KEY } as const;
  return {
    host: {
      name: `${PREFIX}${number}`,
      kind: "ssh",
      address,
      root,
      ssh: { via: "builtin", user: user.name, host: null, port, key, host_key: hostKey },
    },
    folder,
    disk: diskMb !== null,
    place,
    process: { pid, startedAt: (await startOf(pid)) ?? "" },
  };
}

function userOf(number: number): LabUser {
  return isRoot ? { name: "deploy", uid: FIRST_UID + number } : { name: userInfo().username, uid: userInfo().uid };
}

function serverOf(
  { folder, address, port, place }: Pick<LabHost, "folder" | "place"> & { readonly address: string; readonly port: number },
  user: LabUser,
  publicKey: string,
): SshdOptions {
  return {
    folder,
    address,
    port,
    authorizedKeys: [publicKey],
    users: [user],
    path: `${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    through: place === null ? [] : network.inside(place),
  };
}

/** Ends every host with all that runs there, and removes the folder. Twice is free. */
export async function stopLab(folder: string): Promise<void> {
  const lab = await readLab(folder);
  for (const host of lab?.hosts ?? []) await stopHost(host);
  if (lab !== null && lab.net !== null) await network.giveBackNet(lab.net);
  if (!existsSync(folder)) return;
  // Releases are read-only.
  await run("chmod", ["-R", "u+w", folder]);
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

/** Takes a host away for good. */
async function stopHost(host: LabHost): Promise<void> {
  await cutPower(host);
  if (host.place !== null) await network.leave(host.place);
  if (host.disk) await run("umount", [host.host.root]);
}

/** The power plug: everything on the host ends at once. What lies on its disk stays. */
export async function cutPower({ process: server, place, folder }: LabHost): Promise<void> {
  if ((await startOf(server.pid)) === server.startedAt) await endProcesses(await familyOf(server.pid));
  if (place === null) await endProcesses(await runningIn(folder));
}

/** Starts a host again whose power was cut, as it was: nothing but its SSH server runs there. */
export async function powerOn(folder: string, name: string): Promise<LabHost> {
  const lab = await readLab(folder);
  const before = lab?.hosts.find(({ host }) => host.name === name);
  if (lab === null || before === undefined) throw new Error(`the lab has no host ${name}`);
  const user = userOf(Number(name.slice(PREFIX.length)));
  const place = { ...before, address: before.host.address, port: before.host.ssh.port };
  const { pid } = await startSshd(serverOf(place, user, await keyPair(join(lab.keys, KEY))));
  const host = { ...before, process: { pid, startedAt: (await startOf(pid)) ?? "" } };
  await writeLab(folder, { ...lab, hosts: lab.hosts.map((each) => (each === before ? host : each)) });
  return host;
}

/** Ends the host's SSH server with every connection to it; where it has a table of processes of its own, another is started after a second. */
export async function killServer({ place, process: server }: LabHost): Promise<void> {
  await endProcesses(place === null ? await familyOf(server.pid) : await network.processesIn(place, "sshd"));
}

/** Processes that work in a folder: without a namespace of their own, this is how the services of a host are known. */
async function runningIn(folder: string): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const at = await readlink(`/proc/${pid}/cwd`).catch(() => "");
      return at.startsWith(`${folder}/`) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}
