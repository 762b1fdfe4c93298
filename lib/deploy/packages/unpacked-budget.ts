import type { ArchiveLimits } from "./options";
import { unsafe } from "./reasons";

/** Counts what an archive unpacks to against what was read of it: the guard against archives that blow up. */
export class UnpackedBudget {
  private bytes = 0;

  constructor(private readonly limits: ArchiveLimits) {}

  get unpackedBytes(): number {
    return this.bytes;
  }

  /** `packed`: bytes of the archive read so far. Throws SlipwayError `unsafe_package` with `too_large_unpacked` or `ratio`. */
  spend(entry: string, unpacked: number, packed: number): void {
    this.bytes += unpacked;
    if (this.bytes > this.limits.maxUnpackedBytes) throw unsafe(entry, "too_large_unpacked");
    if (this.bytes > this.limits.ratioFloorBytes && this.bytes > packed * this.limits.maxRatio) throw unsafe(entry, "ratio");
  }
}
