import { createHash, randomUUID } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { mkdir, open, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { CacheOptions } from "./options";

/** Unfinished copies older than this were left by a process that died. */
const ABANDONED_MS = 60 * 60_000;
const PART = ".part";
/** What a reader is given at once: many hosts read the same release side by side, each piece costs about the same, and is memory for each of them. */
const PIECE_BYTES = 128 * 1024;

/**
 * Releases on this machine's disk, named by their digest. A copy is written aside, checked against its name and renamed, so
 * processes may share the folder; a copy that this process has not checked yet is read through once before it is trusted. The
 * least recently used go first. Copies being read survive their removal, because they are held open.
 */
export class ReleaseCache {
  private readonly checked = new Set<string>();
  private readonly filling = new Map<string, Promise<FileHandle>>();

  constructor(private readonly options: CacheOptions) {}

  /** The copy of a release, null where there is none to be trusted. Throws the file system's errors. */
  async read(sha256: string): Promise<Readable | null> {
    const handle = await open(this.path(sha256), "r").catch(absent);
    if (handle === null) return null;
    try {
      if (await this.isTrue(sha256, handle)) {
        await utimes(this.path(sha256), new Date(), new Date()).catch(absent);
        return handle.createReadStream({ start: 0, highWaterMark: PIECE_BYTES });
      }
    } catch (error) {
      await handle.close();
      throw error;
    }
    await handle.close();
    await rm(this.path(sha256), { force: true });
    return null;
  }

  /** Copies a release here and gives it back. Throws when the bytes are not of that digest, and the file system's errors. */
  async fill(sha256: string, bytes: () => AsyncIterable<Buffer>): Promise<Readable> {
    const others = this.filling.get(sha256);
    if (others !== undefined) {
      await others;
      const copy = await this.read(sha256);
      if (copy !== null) return copy;
    }
    const mine = this.copy(sha256, bytes);
    this.filling.set(sha256, mine);
    try {
      return (await mine).createReadStream({ start: 0, highWaterMark: PIECE_BYTES });
    } finally {
      this.filling.delete(sha256);
    }
  }

  private async copy(sha256: string, bytes: () => AsyncIterable<Buffer>): Promise<FileHandle> {
    await mkdir(this.options.folder, { recursive: true });
    const part = join(this.options.folder, `${sha256}.${randomUUID()}${PART}`);
    const handle = await open(part, "wx+", 0o600);
    try {
      const hash = createHash("sha256");
      for await (const piece of bytes()) {
        hash.update(piece);
        await handle.writeFile(piece);
      }
      const found = hash.digest("hex");
      if (found !== sha256) throw new Error(`the store gave ${found} for release ${sha256}`);
      await rename(part, this.path(sha256));
      this.checked.add(await identity(sha256, handle));
      await this.makeRoom(sha256);
      return handle;
    } catch (error) {
      await handle.close();
      await rm(part, { force: true });
      throw error;
    }
  }

  private async isTrue(sha256: string, handle: FileHandle): Promise<boolean> {
    const name = await identity(sha256, handle);
    if (this.checked.has(name)) return true;
    const hash = createHash("sha256");
    const bytes: AsyncIterable<Buffer> = handle.createReadStream({ start: 0, autoClose: false });
    for await (const piece of bytes) hash.update(piece);
    if (hash.digest("hex") !== sha256) return false;
    this.checked.add(name);
    return true;
  }

  /** Removes the least recently used beyond the bound, never the one just written. */
  private async makeRoom(keep: string): Promise<void> {
    const names = await readdir(this.options.folder);
    const found = await Promise.all(names.map((name) => this.describe(name)));
    const copies = found.filter((file) => file !== null).sort((a, b) => b.usedMs - a.usedMs);
    let total = 0;
    for (const file of copies) {
      if (file.name.endsWith(PART)) {
        if (Date.now() - file.usedMs > ABANDONED_MS) await rm(this.path(file.name), { force: true });
        continue;
      }
      total += file.size;
      if (total > this.options.maxBytes && file.name !== keep) await rm(this.path(file.name), { force: true });
    }
  }

  private async describe(name: string) {
    const found = await stat(this.path(name)).catch(absent);
    return found === null ? null : { name, size: found.size, usedMs: found.mtimeMs };
  }

  private path(name: string): string {
    return join(this.options.folder, name);
  }
}

async function identity(sha256: string, handle: FileHandle): Promise<string> {
  const { dev, ino, size } = await handle.stat();
  return `${sha256}:${dev}:${ino}:${size}`;
}

/** Another process may remove a copy at any moment. */
function absent(error: unknown): null {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
  throw error;
}
