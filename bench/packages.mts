/** Packages of the demo's program with data that does not compress. */
import { createCipheriv, createHash } from "node:crypto";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readProgram } from "../lib/demo/build-packages";
import { tarBytes } from "../lib/deploy/packages/tar-writer";

const APP = join(import.meta.dirname, "..", "lib", "demo", "app");

/** The same bytes for the same seed, as random as a cipher makes them. */
function noise(seed: string, bytes: number): Buffer {
  const key = createHash("sha256").update(seed).digest();
  return createCipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
}

/** A tar.gz of the demo's program, of about `bytes` bytes. */
export async function benchPackage(service: string, version: string, bytes: number): Promise<Buffer> {
  const release = { service, version, behaviour: "good" };
  const files = [
    ...(await readProgram(APP)),
    { path: "data/ballast.bin", bytes: noise(`${service} ${version}`, bytes) },
    { path: "version.json", bytes: Buffer.from(`${JSON.stringify(release)}\n`) },
  ];
  const entries = files.map(({ path, bytes: content }) => ({
    kind: "file" as const,
    path,
    executable: false,
    size: content.length,
    async *content() {
      yield content;
    },
  }));
  const pieces: Buffer[] = [];
  for await (const piece of tarBytes(entries)) pieces.push(piece);
  return gzipSync(Buffer.concat(pieces));
}
