import { zlibFailure } from "./archive-failure";
import { gunzip } from "./gunzip";
import type { ArchiveLimits } from "./options";
import { TarListing } from "./tar-listing";
import { UnpackedBudget } from "./unpacked-budget";
import { EntryLedger } from "./unsafe-entry";

export interface Contents {
  readonly files: number;
  /** Bytes of all files. */
  readonly unpackedSize: number;
}

/**
 * Reads a tar.gz to its end, judging every entry as it comes, and hands each piece on to `keep` first. Nothing of it is held
 * in memory but the names. Throws SlipwayError `unsafe_package`, and whatever `packed` or `keep` throw.
 */
export async function checkTarGz(
  packed: AsyncIterable<Buffer>,
  keep: (piece: Buffer) => Promise<void>,
  limits: ArchiveLimits,
): Promise<Contents> {
  const ledger = new EntryLedger(limits.maxEntries);
  const listing = new TarListing(ledger);
  const budget = new UnpackedBudget(limits);
  let read = 0;
  try {
    await gunzip(
      packed,
      async (piece) => {
        await keep(piece);
        read += piece.length;
      },
      (plain) => {
        budget.spend("", plain.length, read);
        listing.push(plain);
      },
    );
    listing.end();
  } catch (error) {
    throw zlibFailure(error);
  }
  return { files: ledger.fileCount, unpackedSize: listing.contentBytes };
}
