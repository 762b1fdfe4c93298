/** What the contestants that sign in with OpenSSH share: how the hosts are reached, and how a program of theirs is run. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Lab, LabHost } from "../../lib/lab/lab";
import type { Spent } from "./contestant.mjs";
import { spentByChildren, spentOnHosts } from "./processor.mjs";

const LONGEST_MS = 180_000;
const SHOWN = 2_000;
const CHANGE = join(import.meta.dirname, "change.sh");

/** Where the hosts' own work lies on each of them. */
export const ON_HOST = "change.sh";

export interface Peer {
  /** Its own folder on the console's side. */
  readonly folder: string;
  /** Configuration of OpenSSH: every host by its name, with connections that are kept. */
  readonly sshConfig: string;
  readonly key: string;
  readonly knownHosts: string;
  readonly hosts: readonly LabHost[];
  /** Port of its instance on every host. */
  readonly port: number;
  readonly spent: Spent;
}

/** Puts the script for the hosts' own work on them, as each contestant that needs it would have done long ago. */
export async function equip(lab: Lab): Promise<void> {
  await Promise.all(lab.hosts.map(({ host, folder }) => copyFile(CHANGE, join(folder, "home", host.ssh.user, ON_HOST))));
}

/** `undo` is told to close the connections that stay. */
export async function createPeer(
  { hosts, keys }: Lab,
  scratch: string,
  name: string,
  port: number,
  undo: (step: () => Promise<unknown>) => void,
): Promise<Peer> {
  const folder = join(scratch, name);
  await mkdir(folder);
  const [knownHosts, sshConfig, key] = [join(folder, "known_hosts"), join(folder, "ssh_config"), join(keys, "id")];
  await writeFile(knownHosts, hosts.map(({ host }) => `${host.name},${host.address} ${host.ssh.host_key}\n`).join(""));
  const common = [
    "Host *",
    `  IdentityFile ${key}`,
    "  IdentitiesOnly yes",
    `  UserKnownHostsFile ${knownHosts}`,
    "  StrictHostKeyChecking yes",
    "  BatchMode yes",
    "  ControlMaster auto",
    `  ControlPath ${folder}/%n`,
    "  ControlPersist 600",
    "",
  ];
  const each = hosts.map(({ host }) =>
    [`Host ${host.name}`, `  HostName ${host.address}`, `  HostKeyAlias ${host.name}`, `  User ${host.ssh.user}`, ""].join("\n"),
  );
  await writeFile(sshConfig, [...each, ...common].join("\n"));
  undo(() => Promise.all(hosts.map(({ host }) => runs("ssh", ["-F", sshConfig, "-O", "exit", host.name], { mayFail: true }))));
  return {
    folder,
    sshConfig,
    key,
    knownHosts,
    hosts,
    port,
    spent: { here: () => spentByChildren(folder), hosts: () => spentOnHosts(hosts) },
  };
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly mayFail?: boolean;
}

/** Throws Error with the end of what it said when the program fails; it is ended when it takes longer than three minutes. */
export async function runs(program: string, args: readonly string[], options: RunOptions = {}): Promise<void> {
  const { cwd, env, stdin = "", mayFail = false } = options;
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "pipe"],
    timeout: LONGEST_MS,
    killSignal: "SIGKILL",
  });
  let said = "";
  const hear = (chunk: Buffer) => {
    said = `${said}${chunk.toString("utf8")}`.slice(-SHOWN);
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  child.stdin.on("error", hear);
  child.stdin.end(stdin);
  const [code] = await once(child, "exit");
  if (code !== 0 && !mayFail) throw new Error(`${program} ended with ${String(code)}: ${said.trim()}`);
}
