import { parsePax } from "./pax";
import { unsafe } from "./reasons";
import { BLOCK, isZeroBlock, readTarHeader, type TarHeader } from "./tar-header";
import type { EntryKind, EntryLedger } from "./unsafe-entry";

/** Bytes of one long-name or pax block; real ones have a few hundred. */
const MAX_EXTENSION_BYTES = 1024 * 1024;
const SET_ID_BITS = 0o6000;

interface Extension {
  readonly type: string;
  readonly size: number;
  readonly chunks: Buffer[];
}

/**
 * Reads a tar archive as its bytes come and judges every entry; content is passed over, never kept. It is stricter than the
 * programs that unpack: what two of them could read differently (headers for all entries that name a path, sparse files, bytes
 * after the end, one name given in two ways) is refused. Every method throws SlipwayError `unsafe_package`.
 */
export class TarListing {
  private block: Buffer[] = [];
  private blockBytes = 0;
  private skip = 0;
  private extension: Extension | null = null;
  private longName: string | null = null;
  private longLink: string | null = null;
  private pax: ReadonlyMap<string, string> | null = null;
  private zeroBlocks = 0;
  private content = 0;

  constructor(private readonly ledger: EntryLedger) {}

  /** Bytes of all files so far. */
  get contentBytes(): number {
    return this.content;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at += this.skip > 0 ? this.pass(chunk.subarray(at)) : this.gather(chunk.subarray(at));
  }

  /** The archive's end: all that was announced has come, and there is a file in it. */
  end(): void {
    const open = this.blockBytes > 0 || this.skip > 0 || this.longName !== null || this.longLink !== null || this.pax !== null;
    if (open || this.zeroBlocks < 2) throw unsafe("", "malformed");
    if (this.ledger.fileCount === 0) throw unsafe("", "no_files");
  }

  /** Content and its padding, or the body of an extension. */
  private pass(chunk: Buffer): number {
    const part = chunk.subarray(0, this.skip);
    this.skip -= part.length;
    if (this.extension !== null) {
      this.extension.chunks.push(part);
      if (this.skip === 0) this.finish(this.extension);
    }
    return part.length;
  }

  private gather(chunk: Buffer): number {
    const part = chunk.subarray(0, BLOCK - this.blockBytes);
    this.block.push(part);
    this.blockBytes += part.length;
    if (this.blockBytes === BLOCK) {
      const whole = Buffer.concat(this.block);
      this.block = [];
      this.blockBytes = 0;
      this.take(whole);
    }
    return part.length;
  }

  private take(block: Buffer): void {
    if (isZeroBlock(block)) {
      this.zeroBlocks += 1;
      return;
    }
    if (this.zeroBlocks > 0) throw unsafe("", "malformed");
    const header = readTarHeader(block);
    if ("xgLK".includes(header.type)) this.begin(header);
    else this.enter(header);
  }

  private begin({ name, type, size }: TarHeader): void {
    if (size === 0 || size > MAX_EXTENSION_BYTES) throw unsafe(name, "malformed");
    this.extension = { type, size, chunks: [] };
    this.skip = padded(size);
  }

  private finish({ type, size, chunks }: Extension): void {
    const body = Buffer.concat(chunks).subarray(0, size);
    this.extension = null;
    if (type === "x") {
      if (this.pax !== null) throw unsafe("", "malformed");
      this.pax = parsePax(body);
    } else if (type === "g") {
      refuseNames(parsePax(body));
    } else {
      const name = body.toString("utf8").replace(/\0+$/, "");
      if ((type === "L" ? this.longName : this.longLink) !== null) throw unsafe(name, "malformed");
      if (type === "L") this.longName = name;
      else this.longLink = name;
    }
  }

  private enter(header: TarHeader): void {
    const { pax, longName, longLink } = this;
    this.pax = this.longName = this.longLink = null;
    if (pax !== null && (longName !== null || longLink !== null)) throw unsafe(header.name, "malformed");
    const name = pax?.get("path") ?? longName ?? header.name;
    const target = pax?.get("linkpath") ?? longLink ?? header.linkName;
    const size = sizeOf(name, header, pax);
    if ([...(pax?.keys() ?? [])].some((key) => key.startsWith("GNU.sparse"))) throw unsafe(name, "unknown_type");
    const kind = kindOf(name, header.type);
    if ((header.mode & SET_ID_BITS) !== 0) throw unsafe(name, "set_id");
    if (kind !== "file" && size > 0) throw unsafe(name, "malformed");
    this.ledger.enter(name, kind, target);
    this.content += size;
    this.skip = padded(size);
  }
}

function sizeOf(name: string, header: TarHeader, pax: ReadonlyMap<string, string> | null): number {
  const given = pax?.get("size");
  if (given === undefined) return header.size;
  if (!/^\d{1,15}$/.test(given)) throw unsafe(name, "malformed");
  return Number(given);
}

function kindOf(name: string, type: string): EntryKind {
  switch (type) {
    case "0":
      // Archives older than POSIX mark a folder by its slash alone.
      return name.endsWith("/") ? "folder" : "file";
    case "5":
      return "folder";
    case "2":
      return "link";
    case "1":
      throw unsafe(name, "hard_link");
    case "3":
    case "4":
      throw unsafe(name, "device");
    case "6":
      throw unsafe(name, "fifo");
    default:
      throw unsafe(name, "unknown_type");
  }
}

/** A header for all entries may carry a comment (`git archive` writes its commit there), never names or sizes. */
function refuseNames(global: ReadonlyMap<string, string>): void {
  for (const key of global.keys()) {
    if (key === "path" || key === "linkpath" || key === "size" || key.startsWith("GNU.sparse")) throw unsafe("", "malformed");
  }
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}
