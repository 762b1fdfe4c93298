import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type TarEntry, tarBytes } from "../deploy/packages/tar-writer";
import { ballast } from "./ballast";
import { DEMO_SERVICES, type DemoService, type DemoVersion, packagePath } from "./catalogue";
import { storedGzip } from "./stored-gzip";
import { storedZip } from "./stored-zip";

export interface BuiltPackage {
  readonly service: DemoService["name"];
  readonly version: string;
  /** Relative to the shelf's folder, with slashes. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

interface File {
  readonly path: string;
  readonly bytes: Buffer;
}

/**
 * Puts every package of the demo into `folder`, made where it is missing. A package that is there stays untouched: a version is
 * bound to its bytes, also when the program in `appFolder` has changed since. Throws the file system's errors.
 */
export async function buildPackages(folder: string, appFolder: string): Promise<readonly BuiltPackage[]> {
  const program = await readProgram(appFolder);
  const wanted = DEMO_SERVICES.flatMap(({ name, versions }) => versions.map((version) => ({ service: name, version })));
  const built: BuiltPackage[] = [];
  for (const { service, version } of wanted) {
    const path = packagePath(service, version);
    const target = join(folder, path);
    const bytes = (await present(target)) ?? (await place(target, await packageOf(service, version, program)));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    built.push({ service, version: version.version, path, size: bytes.length, sha256 });
  }
  return built;
}

/** The bytes of one package: a function of its arguments alone. */
export async function packageOf(service: string, version: DemoVersion, program: readonly File[]): Promise<Buffer> {
  const { behaviour, afterSeconds, changes } = version;
  const release = {
    service,
    version: version.version,
    behaviour,
    ...(afterSeconds === null ? {} : { after_seconds: afterSeconds }),
  };
  const files: File[] = [
    ...program,
    { path: "CHANGELOG.md", bytes: Buffer.from(`# ${service} ${version.version}\n\n- ${changes}\n`) },
    { path: "data/catalogue.ndjson", bytes: ballast(`${service} ${version.version}`, version.ballast) },
    { path: "version.json", bytes: Buffer.from(`${JSON.stringify(release, null, 2)}\n`) },
  ];
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return version.kind === "zip" ? storedZip(files) : storedGzip(await tarOf(files));
}

/** The program's files, sorted by name. */
export async function readProgram(appFolder: string): Promise<readonly File[]> {
  const names = (await readdir(appFolder)).filter((name) => name.endsWith(".mjs")).sort();
  return Promise.all(names.map(async (path) => ({ path, bytes: await readFile(join(appFolder, path)) })));
}

async function tarOf(files: readonly File[]): Promise<Buffer> {
  const entries = files.map(
    ({ path, bytes }): TarEntry => ({
      kind: "file",
      path,
      executable: false,
      size: bytes.length,
      async *content() {
        yield bytes;
      },
    }),
  );
  const pieces: Buffer[] = [];
  for await (const piece of tarBytes(entries)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function present(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** Whole or not at all: whoever asks the shelf meanwhile never gets half a package. */
async function place(file: string, bytes: Buffer): Promise<Buffer> {
  await mkdir(dirname(file), { recursive: true });
  const part = `${file}.${randomUUID()}.part`;
  try {
    await writeFile(part, bytes);
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
  return bytes;
}
