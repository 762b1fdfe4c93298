import { createHash } from "node:crypto";
import type { PackageWriter } from "../ports";

/** Bytes of one chunk in the store; the last of a package may be shorter. */
export const STORE_CHUNK_BYTES = 256 * 1024;

/** Cuts a stream of any pieces into the store's chunks, and knows the digest and size of all of them. */
export class ChunkedWriter {
  private readonly hash = createHash("sha256");
  private pieces: Buffer[] = [];
  private waiting = 0;
  private written = 0;

  constructor(private readonly writer: Pick<PackageWriter, "write">) {}

  async write(piece: Buffer): Promise<void> {
    this.hash.update(piece);
    this.pieces.push(piece);
    this.waiting += piece.length;
    while (this.waiting >= STORE_CHUNK_BYTES) await this.send(STORE_CHUNK_BYTES);
  }

  /** Sends what is left. Afterwards nothing more can be written. */
  async finish(): Promise<{ readonly sha256: string; readonly size: number }> {
    if (this.waiting > 0) await this.send(this.waiting);
    return { sha256: this.hash.digest("hex"), size: this.written };
  }

  private async send(bytes: number): Promise<void> {
    const all =
      this.pieces.length === 1 && this.pieces[0] !== undefined ? this.pieces[0] : Buffer.concat(this.pieces, this.waiting);
    const rest = all.subarray(bytes);
    this.pieces = rest.length > 0 ? [rest] : [];
    this.waiting = rest.length;
    this.written += bytes;
    await this.writer.write(all.subarray(0, bytes));
  }
}
