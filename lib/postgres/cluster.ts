import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, type Stats } from "node:fs";
import {
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { type Account, borrowedAccount, canReach } from "./account";
import { type Binaries, findBinaries, SHARED_STATE, unless } from "./binaries";
import { isAlive, serverEnvironment } from "./process";

const run = promisify(execFile);

/** The superuser of every embedded cluster. */
export const DATABASE_USER = "slipway";

/** A database cluster on disk, initialised, and what is needed to run it. */
export interface Cluster {
  /** Absolute and free of links, as the running server's own working folder shows it. */
  readonly data: string;
  readonly password: string;
  readonly account: Account | undefined;
  readonly binaries: Binaries;
}

/**
 * Opens the cluster kept in `home`, making it first where there is none. Two processes that both come first end up with the
 * same one, and a process killed in the middle leaves nothing that a later one would take for a cluster: it is made aside and
 * renamed into place.
 */
export async function openCluster(home: string): Promise<Cluster> {
  await mkdir(home, { recursive: true, mode: 0o711 });
  const folder = path.join(await realpath(home), "cluster");
  const account = borrowedAccount(await statIfThere(folder));
  const binaries = await findBinaries(account);
  if (!existsSync(folder)) await initialise(folder, account, binaries);
  return {
    data: await realpath(path.join(folder, "data")),
    password: await readFile(path.join(folder, "password"), "utf8"),
    account,
    binaries,
  };
}

/** Removes `home` and, where the cluster had to be kept elsewhere, that place too. The server must be stopped. */
export async function removeCluster(home: string): Promise<void> {
  const elsewhere = await readlink(path.join(home, "cluster")).catch(unless("ENOENT", "EINVAL"));
  if (elsewhere?.startsWith(`${SHARED_STATE}/`)) await rm(elsewhere, { recursive: true, force: true });
  await rm(home, { recursive: true, force: true });
}

async function initialise(folder: string, account: Account | undefined, binaries: Binaries): Promise<void> {
  const place = canReach(path.dirname(folder), account) ? folder : await placeOutside(folder);
  await removeUnfinished(place);
  const unfinished = `${place}.${process.pid}.${randomBytes(4).toString("hex")}`;
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  const passwordFile = path.join(unfinished, "password");
  await writeFile(passwordFile, randomBytes(24).toString("base64url"), { mode: 0o600 });
  if (account) {
    await chown(unfinished, account.uid, account.gid);
    await chown(passwordFile, account.uid, account.gid);
  }
  const args = ["-D", path.join(unfinished, "data"), "-U", DATABASE_USER, "-A", "scram-sha-256", `--pwfile=${passwordFile}`];
  const options = { ...account, cwd: unfinished, env: serverEnvironment(), timeout: 120_000 };
  await run(binaries.initdb, [...args, "-E", "UTF8", "--locale=C", "--data-checksums"], options);
  await adopt(unfinished, place);
  if (place !== folder) await symlink(place, folder).catch(unless("EEXIST"));
}

async function adopt(unfinished: string, place: string): Promise<void> {
  try {
    await rename(unfinished, place);
  } catch (error) {
    unless("ENOTEMPTY", "EEXIST")(error);
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Root's private folders (`/root`, say) are closed to PostgreSQL's account: the cluster then lies where it can be reached. */
async function placeOutside(folder: string): Promise<string> {
  const name = createHash("sha256").update(folder).digest("hex").slice(0, 16);
  await mkdir(path.join(SHARED_STATE, "clusters"), { recursive: true, mode: 0o755 });
  await chmod(SHARED_STATE, 0o755);
  return path.join(SHARED_STATE, "clusters", name);
}

async function removeUnfinished(place: string): Promise<void> {
  const prefix = `${path.basename(place)}.`;
  for (const name of await readdir(path.dirname(place))) {
    if (!name.startsWith(prefix) || isAlive(Number.parseInt(name.slice(prefix.length), 10))) continue;
    await rm(path.join(path.dirname(place), name), { recursive: true, force: true });
  }
}

async function statIfThere(folder: string): Promise<Stats | undefined> {
  try {
    return await stat(folder);
  } catch (error) {
    unless("ENOENT")(error);
    return undefined;
  }
}
