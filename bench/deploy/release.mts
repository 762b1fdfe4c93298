/** One version's package, the same bytes for every contestant. */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { quickPackage } from "../packages.mjs";

const SERVICE = "bench";
const PACKAGE_BYTES = 5_000_000;

export interface Release {
  readonly version: string;
  readonly sha256: string;
  /** The package on the console's side. */
  readonly file: string;
  readonly bytes: Buffer;
}

export async function makeRelease(folder: string, version: string, size = PACKAGE_BYTES): Promise<Release> {
  const bytes = await quickPackage(SERVICE, version, size);
  const shelf = join(folder, "packages");
  await mkdir(shelf, { recursive: true });
  const file = join(shelf, `${version}.tar.gz`);
  await writeFile(file, bytes);
  return { version, sha256: createHash("sha256").update(bytes).digest("hex"), file, bytes };
}
