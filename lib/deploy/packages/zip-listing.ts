import { crc32 } from "node:zlib";
import { type Entry, getFileNameLowLevel, type ZipFile } from "yauzl";
import { zipFailure } from "./archive-failure";
import type { ArchiveLimits } from "./options";
import { unsafe } from "./reasons";
import type { TarEntry } from "./tar-writer";
import { UnpackedBudget } from "./unpacked-budget";
import { EntryLedger } from "./unsafe-entry";

const MAX_LINK_BYTES = 4096;
const STORED = 0;
const DEFLATED = 8;
/** "Version made by" of systems whose entries carry a Unix mode: Unix and macOS. */
const WITH_UNIX_MODE: readonly number[] = [3, 19];

export interface ZipListing {
  /** Sorted by name, so that the order of the zip does not show in what is made of it. */
  readonly entries: readonly TarEntry[];
  readonly files: number;
  readonly unpackedSize: number;
}

/** Reads the central directory and judges every entry. Throws SlipwayError `unsafe_package`. */
export async function listZip(zip: ZipFile, limits: ArchiveLimits): Promise<ZipListing> {
  if (zip.entryCount > limits.maxEntries) throw unsafe("", "too_many_entries");
  const ledger = new EntryLedger(limits.maxEntries);
  const budget = new UnpackedBudget(limits);
  const entries: TarEntry[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
      const found = await judge(zip, entry, name, budget);
      const path = ledger.enter(name, found.kind, found.kind === "link" ? found.target : "");
      if (path !== "") entries.push({ ...found, path });
    }
  } catch (error) {
    throw zipFailure(error);
  }
  if (ledger.fileCount === 0) throw unsafe("", "no_files");
  entries.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  return { entries, files: ledger.fileCount, unpackedSize: budget.unpackedBytes };
}

async function judge(zip: ZipFile, entry: Entry, name: string, budget: UnpackedBudget): Promise<TarEntry> {
  if (entry.isEncrypted()) throw unsafe(name, "encrypted");
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) throw unsafe(name, "unknown_compression");
  budget.spend(name, entry.uncompressedSize, zip.fileSize);
  const mode = WITH_UNIX_MODE.includes(entry.versionMadeBy >> 8) ? entry.externalFileAttributes >>> 16 : 0;
  if ((mode & 0o6000) !== 0) throw unsafe(name, "set_id");
  const content = () => checkedContent(zip, entry, name);
  switch (mode & 0o170000) {
    case 0o120000:
      return { kind: "link", path: name, target: await linkTarget(entry, name, content()) };
    case 0o040000:
      return folder(entry, name);
    case 0:
    case 0o100000:
      if (name.endsWith("/")) return folder(entry, name);
      return { kind: "file", path: name, executable: (mode & 0o111) !== 0, size: entry.uncompressedSize, content };
    case 0o020000:
    case 0o060000:
      throw unsafe(name, "device");
    case 0o010000:
      throw unsafe(name, "fifo");
    default:
      throw unsafe(name, "unknown_type");
  }
}

function folder(entry: Entry, name: string): TarEntry {
  if (entry.uncompressedSize > 0) throw unsafe(name, "malformed");
  return { kind: "folder", path: name };
}

async function linkTarget(entry: Entry, name: string, content: AsyncIterable<Buffer>): Promise<string> {
  if (entry.uncompressedSize > MAX_LINK_BYTES) throw unsafe(name, "link_leaves");
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** The entry's bytes: exactly as many as announced (yauzl counts), and of the announced CRC. */
async function* checkedContent(zip: ZipFile, entry: Entry, name: string): AsyncGenerator<Buffer> {
  let sum = 0;
  try {
    const chunks: AsyncIterable<Buffer> = await zip.openReadStreamPromise(entry);
    for await (const chunk of chunks) {
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (error) {
    throw zipFailure(error, name);
  }
  if (sum !== entry.crc32) throw unsafe(name, "malformed");
}
