import type { PackageStore, StoredPackage } from "../../ports";

/** A PackageStore in memory that also tells what happened to it. */
export class MemoryStore implements PackageStore {
  readonly packages = new Map<string, StoredPackage>();
  readonly releases = new Map<string, Buffer[]>();
  begun = 0;
  aborted = 0;
  largestChunk = 0;
  reads = 0;

  async find(sha256: string): Promise<StoredPackage | null> {
    return this.packages.get(sha256) ?? null;
  }

  async begin() {
    this.begun += 1;
    const chunks: Buffer[] = [];
    return {
      write: async (chunk: Buffer) => {
        this.largestChunk = Math.max(this.largestChunk, chunk.length);
        chunks.push(Buffer.from(chunk));
      },
      commit: async (stored: StoredPackage) => {
        if (this.packages.has(stored.sha256)) return;
        this.packages.set(stored.sha256, stored);
        this.releases.set(stored.release.sha256, chunks);
      },
      abort: async () => {
        this.aborted += 1;
      },
    };
  }

  async *read(releaseSha256: string): AsyncGenerator<Buffer> {
    this.reads += 1;
    yield* this.releases.get(releaseSha256) ?? [];
  }

  async has(releaseSha256: string): Promise<boolean> {
    return this.releases.has(releaseSha256);
  }

  async sizeOf(releaseSha256: string): Promise<number | null> {
    const chunks = this.releases.get(releaseSha256);
    return chunks === undefined ? null : chunks.reduce((size, chunk) => size + chunk.length, 0);
  }
}
