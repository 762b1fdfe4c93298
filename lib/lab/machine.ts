/** A whole small machine with its own systemd: a container whose programs are this machine's, read only, and whose files are its own. */
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { appendFile, chown, cp, mkdir, open, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { endProcesses, startOf } from "./processes";
import { isRoot } from "./sshd";

const run = promisify(execFile);
const NSPAWN = "/usr/bin/systemd-nspawn";
const UP_WITHIN_MS = 60_000;
/** Of /etc: what programs need to know accounts, libraries and alternatives. */
const ETC = [
  "passwd",
  "group",
  "shadow",
  "nsswitch.conf",
  "ld.so.cache",
  "pam.d",
  "security",
  "login.defs",
  "ssl",
  "alternatives",
];
/** What such a machine does not need, and would wait for. */
const NOT_STARTED = ["resolved", "networkd", "timesyncd", "logind", "firstboot", "journal-flush"].map(
  (name) => `systemd-${name}`,
);

/** Who may sign in besides root: the first may use sudo, the second may not. */
export const ACCOUNTS = [
  { name: "deploy", uid: 61_501 },
  { name: "guest", uid: 61_502 },
] as const;
export type Account = (typeof ACCOUNTS)[number];

/** Why there can be no such machine here; empty when there can. */
export function machineLacking(): string {
  if (!isRoot) return "this is not root";
  if (!existsSync(NSPAWN)) return "this machine has no systemd-nspawn";
  if (!existsSync("/usr/bin/sudo")) return "this machine has no sudo";
  if (!process.execPath.startsWith("/usr/")) return "node does not lie in /usr";
  return "";
}

/** Runs at the address of this machine; the processes of both know nothing of each other. */
export class Machine {
  private constructor(
    readonly folder: string,
    private started: { readonly nspawn: number; readonly leader: number },
  ) {}

  /** `folder`: not there yet; the root of its files. Throws Error with what it printed when it does not come up. */
  static async start(folder: string): Promise<Machine> {
    await furnish(folder);
    return new Machine(folder, await boot(folder));
  }

  /** Arguments that a program is started with to run on the machine; as root unless told otherwise. */
  inside(as: Account | null = null): readonly [string, ...string[]] {
    const namespaces = ["--mount", "--uts", "--ipc", "--pid", "--cgroup"];
    const account = as === null ? [] : ["setpriv", `--reuid=${as.uid}`, "--regid=65534", "--clear-groups", "--"];
    return ["nsenter", "--target", String(this.started.leader), ...namespaces, "--root", "--wd", "--", ...account];
  }

  async run(...argv: readonly string[]): Promise<string> {
    const [program, ...args] = [...this.inside(), ...argv];
    return (await run(program, args)).stdout;
  }

  /** The power plug. */
  async cut(): Promise<void> {
    // Whatever is in a table of processes ends with its first.
    const alive = (await startOf(this.started.leader)) !== null;
    await endProcesses(alive ? [this.started.leader, this.started.nspawn] : [this.started.nspawn]);
  }

  /** The power plug, and again. */
  async reboot(): Promise<void> {
    await this.cut();
    this.started = await boot(this.folder);
  }
}

/** No other machine may have it, whoever started that one. */
const nameOf = (folder: string) => `slipway-${createHash("sha256").update(folder).digest("hex").slice(0, 12)}`;

async function furnish(folder: string): Promise<void> {
  const at = (...path: readonly string[]) => join(folder, ...path);
  for (const path of [
    "etc/systemd/system",
    "usr",
    "var/log/journal",
    "run",
    "tmp",
    "root",
    "home",
    "dev",
    "proc",
    "sys",
    "srv",
    "opt",
  ])
    await mkdir(at(path), { recursive: true });
  for (const path of ["bin", "sbin", "lib", "lib64"]) await symlink(`usr/${path}`, at(path));
  await cp("/etc/os-release", at("etc/os-release"), { dereference: true });
  for (const path of ETC) if (existsSync(`/etc/${path}`)) await cp(`/etc/${path}`, at("etc", path), { recursive: true });
  await writeFile(at("etc/hostname"), `${nameOf(folder)}\n`);
  await writeFile(at("etc/hosts"), `127.0.0.1 localhost ${nameOf(folder)}\n`);
  await writeFile(at("etc/machine-id"), "");
  for (const { name: account, uid } of ACCOUNTS) {
    await appendFile(at("etc/passwd"), `${account}:*:${uid}:65534::/home/${account}:/bin/sh\n`);
    await mkdir(at("home", account));
    await chown(at("home", account), uid, 65_534);
  }
  await writeFile(at("etc/sudoers"), `${ACCOUNTS[0].name} ALL=(ALL) NOPASSWD: ALL\n`, { mode: 0o440 });
  await symlink("/usr/lib/systemd/system/multi-user.target", at("etc/systemd/system/default.target"));
  for (const unit of [...NOT_STARTED.map((each) => `${each}.service`), "console-getty.service", "getty.target"])
    await symlink("/dev/null", at("etc/systemd/system", unit));
}

async function boot(folder: string): Promise<{ readonly nspawn: number; readonly leader: number }> {
  const log = await open(`${folder}.log`, "a");
  const args = [
    "-q",
    "-D",
    folder,
    "--bind-ro=/usr",
    "-b",
    "-M",
    nameOf(folder),
    "--register=no",
    "--keep-unit",
    "--console=pipe",
  ];
  const child = spawn(NSPAWN, args, { stdio: ["ignore", log.fd, log.fd], detached: true });
  child.unref();
  await log.close();
  const nspawn = child.pid;
  if (nspawn === undefined) throw new Error("the machine has no process");
  const until = performance.now() + UP_WITHIN_MS;
  for (;;) {
    const leader = await leaderOf(nspawn);
    if (leader !== null && (await isUp(leader))) return { nspawn, leader };
    if ((await startOf(nspawn)) === null || performance.now() > until)
      throw new Error(`the machine does not come up: ${await readFile(`${folder}.log`, "utf8")}`);
    await sleep(50);
  }
}

/** Its first process, child of what started it. */
async function leaderOf(nspawn: number): Promise<number | null> {
  const tasks = await readdir(`/proc/${nspawn}/task`).catch(() => []);
  const children = await Promise.all(
    tasks.map((task) => readFile(`/proc/${nspawn}/task/${task}/children`, "utf8").catch(() => "")),
  );
  const [first] = children.join(" ").trim().split(/\s+/);
  return first === undefined || first === "" ? null : Number(first);
}

async function isUp(leader: number): Promise<boolean> {
  try {
    const enter = ["--target", String(leader), "--mount", "--pid", "--root", "--wd", "--"];
    const { stdout } = await run("nsenter", [...enter, "systemctl", "is-system-running"]);
    return stdout.trim() === "running";
  } catch (error) {
    // It says with its exit code that it is not ready, and with what it prints how far it is; degraded is as far as it gets.
    return error instanceof Error && "stdout" in error && String(error.stdout).trim() === "degraded";
  }
}
