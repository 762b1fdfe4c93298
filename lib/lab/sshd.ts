/** Real SSH servers for tests and for trying things out: each with a key, users and an environment of its own. */
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const SSHD = "/usr/sbin/sshd";
const LISTENS_WITHIN_MS = 20_000;
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Only root can give a server users of its own. */
export const isRoot = process.getuid?.() === 0;
export const hasSshd = existsSync(SSHD);

/** An account that only this server knows. */
export interface LabUser {
  readonly name: string;
  readonly uid: number;
  /** /bin/sh unless told otherwise. */
  readonly shell?: string;
}

export interface SshdOptions {
  /** Folder of its configuration, log and homes; made when it is not there. */
  readonly folder: string;
  readonly address: string;
  readonly port: number;
  /** Public keys that may sign in, as lines of `authorized_keys`. */
  readonly authorizedKeys: readonly string[];
  /** Without root there is one: whoever runs this. */
  readonly users: readonly LabUser[];
  /** Sessions a connection; OpenSSH's own 10 unless told otherwise. */
  readonly maxSessions?: number;
  readonly path?: string;
  /** What it is started through: `ip netns exec NAME`, `unshare …`. */
  readonly through?: readonly string[];
}

export interface Sshd {
  /** Its public key, as `type base64`. */
  readonly hostKey: string;
  /** Of the process that was started: ending it ends the server, and all of its sessions where it has a process namespace. */
  readonly pid: number;
}

/** A key pair without a pass phrase at `file`; an existing one stays. Returns the public key as `type base64`. */
export async function keyPair(file: string): Promise<string> {
  if (!existsSync(file)) await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file]);
  return (await readFile(`${file}.pub`, "utf8")).trim();
}

/** The account that the tests of one server sign in to. */
export const someone = (users: readonly LabUser[]): string => (isRoot ? (users[0]?.name ?? "root") : userInfo().username);

/** Starts a server in the background and waits until it listens. Throws Error with its log when it does not. */
export async function startSshd(options: SshdOptions): Promise<Sshd> {
  const { folder, users } = options;
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const hostKey = await keyPair(join(folder, "host_key"));
  const keys = join(folder, "authorized_keys");
  await writeFile(keys, options.authorizedKeys.map((key) => `${key}\n`).join(""));
  await chmod(keys, 0o644);
  const config = join(folder, "sshd_config");
  await writeFile(config, configOf(options, keys));
  const log = await open(join(folder, "sshd.log"), "a");
  const [program = SSHD, ...args] = [
    ...(options.through ?? []),
    ...(await withUsers(folder, users)),
    SSHD,
    "-D",
    "-e",
    "-f",
    config,
  ];
  const child = spawn(program, args, { stdio: ["ignore", "ignore", log.fd], detached: true });
  child.unref();
  await log.close();
  const ended = new Promise<never>((_, reject) => {
    child.once("error", reject);
    child.once("exit", () => reject(new Error("it ended")));
  });
  try {
    await Promise.race([listens(options.address, options.port), ended]);
  } catch (cause) {
    throw new Error(`no SSH server at ${options.address}:${options.port}: ${await readFile(join(folder, "sshd.log"), "utf8")}`, {
      cause,
    });
  }
  if (child.pid === undefined) throw new Error("the SSH server has no process");
  return { hostKey, pid: child.pid };
}

/** Removes the server's key, so that the next start makes another one. */
export async function forgetHostKey(folder: string): Promise<void> {
  await Promise.all(["host_key", "host_key.pub"].map((name) => rm(join(folder, name), { force: true })));
}

function configOf({ folder, address, port, maxSessions = 10, path = PATH }: SshdOptions, keys: string): string {
  return [
    `ListenAddress ${address}`,
    `Port ${port}`,
    `HostKey ${join(folder, "host_key")}`,
    `AuthorizedKeysFile ${keys}`,
    "PidFile none",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "UsePAM no",
    "UseDNS no",
    "StrictModes no",
    "PermitRootLogin prohibit-password",
    "PrintMotd no",
    "MaxStartups 200",
    `MaxSessions ${maxSessions}`,
    "Subsystem sftp internal-sftp",
    `SetEnv PATH=${path}`,
    "",
  ].join("\n");
}

/** Accounts in a table of users that nobody else sees. */
async function withUsers(folder: string, users: readonly LabUser[]): Promise<readonly string[]> {
  if (!isRoot) return [];
  await mkdir("/run/sshd", { recursive: true, mode: 0o755 });
  const passwd = join(folder, "passwd");
  const lines = await Promise.all(
    users.map(async ({ name, uid, shell = "/bin/sh" }) => {
      const home = join(folder, "home", name);
      await mkdir(home, { recursive: true, mode: 0o755 });
      await run("chown", [String(uid), home]);
      return `${name}:*:${uid}:${uid === 0 ? 0 : 65_534}::${home}:${shell}\n`;
    }),
  );
  await writeFile(passwd, `${await readFile("/etc/passwd", "utf8")}${lines.join("")}`);
  return ["unshare", "--mount", "sh", "-c", 'mount --bind "$1" /etc/passwd && shift && exec "$@"', "sh", passwd];
}

async function listens(address: string, port: number): Promise<void> {
  const until = performance.now() + LISTENS_WITHIN_MS;
  for (;;) {
    if (await accepts(address, port)) return;
    if (performance.now() > until) throw new Error("it does not listen");
    await sleep(20);
  }
}

function accepts(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const answer = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.setTimeout(1000, () => answer(false));
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
  });
}
