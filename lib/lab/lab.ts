/** Hosts for trying things out and for tests: real SSH servers with a user, a file tree and, where possible, a network of their own. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import * as network from "./network";
import { endProcesses, familyOf, startOf } from "./processes";
import { isRoot, keyPair, startSshd } from "./sshd";

const run = promisify(execFile);
const AT_ONCE = 8;
const FIRST_UID = 61_000;
const LOOPBACK_PORT = 2322;
const KEY = "id";

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
  /** null: it shares this machine's network. */
  readonly place: network.Place | null;
  readonly process: { readonly pid: number; readonly startedAt: string };
}

export interface Lab {
  /** Folder of the private keys: `SLIPWAY_SSH_KEYS` of the workers. */
  readonly keys: string;
  readonly hosts: readonly LabHost[];
}

const inventoryOf = (folder: string) => join(folder, "inventory.json");

/** The lab of this folder; null when there is none. */
export async function readLab(folder: string): Promise<Lab | null> {
  if (!existsSync(inventoryOf(folder))) return null;
  const lab: Lab = JSON.parse(await readFile(inventoryOf(folder), "utf8"));
  return lab;
}

/** Starts so many hosts. `folder` must be empty or not there; all of them are taken down again by `stopLab`. */
export async function startLab(folder: string, count: number): Promise<Lab> {
  const keys = join(folder, "keys");
  await mkdir(keys, { recursive: true, mode: 0o755 });
  if (isRoot) await refuseClosed(folder);
  const publicKey = await keyPair(join(keys, KEY));
  const net = (await network.hasNamespaces()) ? await network.freeNet() : null;
  const hosts: LabHost[] = [];
  // Written as they come: what was started is known even when a later one fails.
  const remember = () => writeFile(inventoryOf(folder), `${JSON.stringify({ keys, hosts } satisfies Lab, null, 2)}\n`);
  for (let first = 1; first <= count; first += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - first + 1) }, (_, at) => first + at);
    const started = await Promise.allSettled(numbers.map((number) => startHost(folder, number, net, publicKey)));
    hosts.push(...started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : [])));
    await remember();
    for (const each of started) if (each.status === "rejected") throw each.reason;
  }
  return { keys, hosts };
}

/** Accounts of the hosts have to pass through every folder above their own. */
async function refuseClosed(folder: string): Promise<void> {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    const { mode } = await stat(at);
    if ((mode & 0o001) === 0) throw new Error(`others may not pass through ${at}: put the lab elsewhere with SLIPWAY_DATA`);
  }
}

async function startHost(lab: string, number: number, net: number | null, publicKey: string): Promise<LabHost> {
  const folder = join(lab, `lab-${number}`);
  const place = net === null ? null : await network.join(net, number);
  const [address, port] = place === null ? [`127.0.20.${number}`, LOOPBACK_PORT] : [place.address, 22];
  const user = isRoot ? { name: "deploy", uid: FIRST_UID + number } : { name: userInfo().username, uid: userInfo().uid };
  const root = join(folder, "srv");
  await mkdir(root, { recursive: true, mode: 0o755 });
  if (isRoot) await run("chown", [String(user.uid), root]);
  const { hostKey, pid } = await startSshd({
    folder,
    address,
    port,
    authorizedKeys: [publicKey],
    users: [user],
    path: `${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    through: place === null ? [] : network.inside(place),
  });
  const key = { kind: "file", file: KEY } as const;
  return {
    host: {
      name: `lab-${number}`,
      kind: "ssh",
      address,
      root,
      ssh: { via: "builtin", user: user.name, host: null, port, key, host_key: hostKey },
    },
    folder,
    place,
    process: { pid, startedAt: (await startOf(pid)) ?? "" },
  };
}

/** Ends every host with all that runs there, and removes the folder. Twice is free. */
export async function stopLab(folder: string): Promise<void> {
  const lab = await readLab(folder);
  for (const host of lab?.hosts ?? []) await stopHost(host);
  if (!existsSync(folder)) return;
  // Releases are read-only.
  await run("chmod", ["-R", "u+w", folder]);
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

/** The power plug: everything on the host ends at once. */
export async function stopHost({ process: server, place, folder }: LabHost): Promise<void> {
  if ((await startOf(server.pid)) === server.startedAt) await endProcesses(await familyOf(server.pid));
  if (place === null) await endProcesses(await runningIn(folder));
  else await network.leave(place);
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
