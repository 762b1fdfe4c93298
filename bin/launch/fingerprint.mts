import { createHash } from "node:crypto";
import type { Dirent } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

const FOLDERS = ["app", "components", "i18n", "lib", "messages", "public"];
const PRISMA = ["prisma/schema.prisma"];
const TOP_LEVEL =
  /^(package-lock\.json|tsconfig\.json|(worker|instrumentation|proxy|next\.config|prisma\.config)\.ts|postcss\.config\.mjs)$/;
const NOT_BUILT = /(\.test\.m?tsx?$)|(^|\/)generated(\/|$)/;

/** A digest of everything that a build is made from. Equal digests mean that building again would change nothing. */
export async function fingerprint(root: string): Promise<string> {
  const top = (await readdir(root)).filter((name) => TOP_LEVEL.test(name));
  const nested = await Promise.all(FOLDERS.map((folder) => filesUnder(root, folder)));
  const files = [...top, ...PRISMA, ...nested.flat()].sort();
  const contents = await Promise.all(files.map((file) => readFile(path.join(root, file))));
  const hash = createHash("sha256");
  files.forEach((file, index) => {
    const content = contents[index];
    if (content) hash.update(`${file}\0${content.length}\0`).update(content);
  });
  return hash.digest("hex");
}

async function filesUnder(root: string, folder: string): Promise<string[]> {
  const entries = await entriesOf(path.join(root, folder));
  const found = await Promise.all(
    entries.map((entry) => {
      const relative = `${folder}/${entry.name}`;
      if (NOT_BUILT.test(relative)) return [];
      return entry.isDirectory() ? filesUnder(root, relative) : [relative];
    }),
  );
  return found.flat();
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
