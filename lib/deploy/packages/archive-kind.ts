import type { ArchiveKind } from "../ports";

/** Bytes that `archiveKind` needs to tell. */
export const KIND_BYTES = 4;

/** The archive's type by its first bytes, never by its name. `PK\5\6` is a zip without entries. */
export function archiveKind(first: Buffer): ArchiveKind | null {
  if (first.length >= 3 && first[0] === 0x1f && first[1] === 0x8b && first[2] === 0x08) return "tar.gz";
  if (first.length < KIND_BYTES || first[0] !== 0x50 || first[1] !== 0x4b) return null;
  return (first[2] === 3 && first[3] === 4) || (first[2] === 5 && first[3] === 6) ? "zip" : null;
}
