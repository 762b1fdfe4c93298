/** Packages of a program with data that does not compress. */
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
  const program = await readProgram(APP);
  return packageOf([
    ...program.map((file) => ({ ...file, executable: false })),
    { path: "data/ballast.bin", bytes: noise(`${service} ${version}`, bytes), executable: false },
    { path: "version.json", bytes: Buffer.from(`${JSON.stringify(release)}\n`), executable: false },
  ]);
}

/**
 * A tar.gz of about `bytes` bytes whose `./run` starts in a millisecond, so that what is measured is the deployment and not the
 * start of somebody's program. It listens on `$HOST:$PORT` and answers where the demo's program does; needs busybox.
 */
export async function quickPackage(service: string, version: string, bytes: number): Promise<Buffer> {
  const text = (path: string, content: string, executable = false) => ({ path, bytes: Buffer.from(content), executable });
  return packageOf([
    text("run", '#!/bin/sh\nexec busybox httpd -f -p "$HOST:$PORT" -h www\n', true),
    text("www/healthz", "good\n"),
    text("www/version", `${version}\n`),
    { path: "data/ballast.bin", bytes: noise(`${service} ${version}`, bytes), executable: false },
  ]);
}

interface PackedFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly executable: boolean;
}

async function packageOf(files: readonly PackedFile[]): Promise<Buffer> {
  const entries = files.map(({ path, bytes: content, executable }) => ({
    kind: "file" as const,
    path,
    executable,
    size: content.length,
    async *content() {
      yield content;
    },
  }));
  const pieces: Buffer[] = [];
  for await (const piece of tarBytes(entries)) pieces.push(piece);
  return gzipSync(Buffer.concat(pieces));
}
