/** Packages of software that others wrote, made as a team would make them: from npm with its dependencies, and from Debian. */
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const FETCH_MS = 60_000;

/** Bytes of a tar.gz for each version, or why they cannot be had here. */
export type Fetched = { readonly packages: ReadonlyMap<string, Buffer> } | { readonly lacking: string };

/** A package of npm's registry, installed with its dependencies at each of these versions. */
export function fromNpm(name: string, versions: readonly string[]): Promise<Fetched> {
  return fetched("npm", versions, async (folder, version) => {
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--silent"];
    await run("npm", ["install", ...flags, "--prefix", folder, `${name}@${version}`], { cwd: folder, timeout: FETCH_MS });
  });
}

/** A binary of a Debian package, at one version, with other files beside it for each version of ours. */
export async function fromDebian(
  name: string,
  binary: string,
  files: ReadonlyMap<string, Readonly<Record<string, string>>>,
): Promise<Fetched> {
  const folder = await mkdtemp(join(tmpdir(), "deb-"));
  // Whoever apt downloads as writes there.
  await chmod(folder, 0o777);
  try {
    await run("apt-get", ["download", name], { cwd: folder, timeout: FETCH_MS });
    const [deb] = (await readdir(folder)).filter((file) => file.endsWith(".deb"));
    if (deb === undefined) return { lacking: `apt brought no ${name}` };
    await run("dpkg-deb", ["-x", deb, "unpacked"], { cwd: folder });
    return await fetched("Debian", [...files.keys()], async (to, version) => {
      await mkdir(join(to, "bin"));
      await run("cp", [join(folder, "unpacked", binary), join(to, "bin")]);
      for (const [path, text] of Object.entries(files.get(version) ?? {})) {
        await mkdir(dirname(join(to, path)), { recursive: true });
        await writeFile(join(to, path), text);
      }
    });
  } catch (error) {
    return { lacking: `${name} cannot be had from Debian here: ${gistOf(error)}` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fetched(
  from: string,
  versions: readonly string[],
  fill: (folder: string, version: string) => Promise<void>,
): Promise<Fetched> {
  const packages = new Map<string, Buffer>();
  for (const version of versions) {
    const folder = await mkdtemp(join(tmpdir(), "real-"));
    const archive = `${folder}.tar.gz`;
    try {
      await chmod(folder, 0o755);
      await fill(folder, version);
      await run("tar", ["-I", "gzip -1", "-cf", archive, "-C", folder, "."]);
      packages.set(version, await readFile(archive));
    } catch (error) {
      return { lacking: `${version} cannot be had from ${from} here: ${gistOf(error)}` };
    } finally {
      await rm(folder, { recursive: true, force: true });
      await rm(archive, { force: true });
    }
  }
  return { packages };
}

function gistOf(error: unknown): string {
  const stderr = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
  return (stderr === "" ? String(error) : stderr).split("\n").at(-1)?.slice(0, 120) ?? "";
}
