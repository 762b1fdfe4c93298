/** A copy of a running cluster, as PostgreSQL's own base backup makes it, without a program of its own. */
import { existsSync } from "node:fs";
import { chown, copyFile, mkdir, readdir, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { Client } from "pg";
import { z } from "zod";
import { unless } from "./binaries";
import { DATABASE_USER } from "./cluster";
import { findPostmaster } from "./postmaster";

/** What a server makes anew at each start, or must not find: the folders are copied empty. */
const LEFT_EMPTY = new Set([
  "pg_wal",
  "pg_replslot",
  "pg_dynshmem",
  "pg_notify",
  "pg_serial",
  "pg_snapshots",
  "pg_stat_tmp",
  "pg_subtrans",
]);
const LEFT_OUT = new Set(["postmaster.pid", "postmaster.opts", "backup_label", "tablespace_map"]);

const placed = z.object({ data_directory: z.string() });
const segment = z.object({ segment: z.string() });
const ended = segment.extend({ labelfile: z.string() });

const BEGIN = "SELECT pg_walfile_name(pg_backup_start('slipway', fast => true)) AS segment";
const END = "SELECT pg_walfile_name(lsn) AS segment, labelfile FROM pg_backup_stop(wait_for_archive => false)";

/**
 * Copies the embedded PostgreSQL kept in `home` into `target`, which must not exist, while it goes on working. The copy is a home
 * like the first: what was committed when this resolves is in it. It holds every secret of the database, and is closed to others.
 * @throws Error in one sentence when nothing runs in `home`, or `target` is there already.
 */
export async function backUpEmbedded(home: string, target: string): Promise<void> {
  const data = path.join(home, "cluster", "data");
  const server = existsSync(data) ? await findPostmaster(await realpath(data)) : undefined;
  if (server === undefined)
    throw new Error(`No embedded PostgreSQL runs in ${home}: a folder that is at rest is copied as it is.`);
  const password = await readFile(path.join(home, "cluster", "password"), "utf8");
  await backUpCluster(`postgresql://${DATABASE_USER}:${password}@127.0.0.1:${server.port}/postgres`, target);
}

/** The same for the cluster behind a superuser's connection string, whose files lie on this machine. */
export async function backUpCluster(maintenanceUrl: string, target: string): Promise<void> {
  if (existsSync(target)) throw new Error(`${target} is there already: a backup needs a folder of its own.`);
  const client = new Client({ connectionString: maintenanceUrl });
  await client.connect();
  try {
    const data = placed.parse((await client.query("SHOW data_directory")).rows[0]).data_directory;
    // The log from now on is kept until the copy has it.
    await client.query("SELECT pg_create_physical_replication_slot('slipway_backup', true, true)");
    const begin = segment.parse((await client.query(BEGIN)).rows[0]).segment;
    await mkdir(target, { recursive: true, mode: 0o711 });
    const copy = path.join(target, "cluster");
    const owner = await stat(data);
    await copyFolder(path.dirname(data), copy, { owner, deep: false });
    await copyFolder(data, path.join(copy, "data"), { owner, deep: true });
    const end = ended.parse((await client.query(END)).rows[0]);
    await writeFile(path.join(copy, "data", "backup_label"), end.labelfile, { mode: 0o600 });
    await own(path.join(copy, "data", "backup_label"), owner);
    await copyLog(path.join(data, "pg_wal"), path.join(copy, "data", "pg_wal"), { owner, first: begin, last: end.segment });
  } catch (error) {
    // A part of a backup must not be taken for one.
    await rm(target, { recursive: true, force: true });
    throw error;
  } finally {
    await client.end();
  }
}

/** The account whose every file a cluster is. */
interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The write-ahead log of the time between, whole by now. Older and newer files of it come and go meanwhile. */
async function copyLog(
  from: string,
  to: string,
  { owner, first, last }: { readonly owner: Owner; readonly first: string; readonly last: string },
): Promise<void> {
  for (const name of await readdir(from)) {
    const isSegment = name.length === first.length && name >= first && name <= last;
    if (isSegment) await copyFileTo(path.join(from, name), path.join(to, name), owner);
  }
  await mkdir(path.join(to, "archive_status"), { mode: 0o700, recursive: true });
  await own(path.join(to, "archive_status"), owner);
}

/** What is gone before it was copied is a table or a database that was dropped meanwhile; the log says so, too. */
async function copyFolder(
  from: string,
  to: string,
  { owner, deep }: { readonly owner: Owner; readonly deep: boolean },
): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  await own(to, owner);
  const empty = deep && LEFT_EMPTY.has(path.basename(from));
  for (const entry of empty ? [] : await readdir(from, { withFileTypes: true }).catch(noneIfGone)) {
    const source = path.join(from, entry.name);
    if (entry.isFile() && !LEFT_OUT.has(entry.name))
      await copyFileTo(source, path.join(to, entry.name), owner).catch(unless("ENOENT"));
    if (entry.isDirectory() && deep) await copyFolder(source, path.join(to, entry.name), { owner, deep });
  }
}

function noneIfGone(error: unknown): [] {
  unless("ENOENT")(error);
  return [];
}

async function copyFileTo(from: string, to: string, owner: Owner): Promise<void> {
  await copyFile(from, to);
  await own(to, owner);
}

/** PostgreSQL refuses files that are not its account's: also those of a database that is dropped while it is copied. */
async function own(file: string, { uid, gid }: Owner): Promise<void> {
  if (process.getuid?.() === 0) await chown(file, uid, gid);
}
