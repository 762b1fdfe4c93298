import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { openPromise, type ZipFile } from "yauzl";
import { zipFailure } from "./archive-failure";
import type { Contents } from "./check-tar-gz";
import type { ArchiveLimits } from "./options";
import { tarBytes } from "./tar-writer";
import { listZip } from "./zip-listing";

/** RFC 1952 2.3.1: the byte that names the system, and its value for "unknown". */
const GZIP_SYSTEM_AT = 9;
const GZIP_SYSTEM_UNKNOWN = 255;

/**
 * Judges a zip and gives it to `keep` as a tar.gz: entries sorted, owner, group and times 0, modes 755 or 644, so that the same
 * zip always gives the same tar.gz. Throws SlipwayError `unsafe_package`.
 */
export async function repackZip(file: string, keep: (piece: Buffer) => Promise<void>, limits: ArchiveLimits): Promise<Contents> {
  const zip = await openZip(file);
  try {
    const { entries, files, unpackedSize } = await listZip(zip, limits);
    await pipeline(tarBytes(entries), createGzip({ level: 6 }), async (packed: AsyncIterable<Buffer>) => {
      let first = true;
      for await (const piece of packed) {
        if (first) piece[GZIP_SYSTEM_AT] = GZIP_SYSTEM_UNKNOWN;
        first = false;
        await keep(piece);
      }
    });
    return { files, unpackedSize };
  } finally {
    zip.close();
  }
}

async function openZip(file: string): Promise<ZipFile> {
  try {
    return await openPromise(file, { decodeStrings: false, autoClose: false });
  } catch (error) {
    throw zipFailure(error);
  }
}
