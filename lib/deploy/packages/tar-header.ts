import { unsafe } from "./reasons";

export const BLOCK = 512;

/** One header block of a tar archive as it stands, before long names are applied to it. */
export interface TarHeader {
  readonly name: string;
  readonly mode: number;
  /** Bytes of content that follow. */
  readonly size: number;
  /** POSIX `typeflag`, "0" for the NUL of old archives. */
  readonly type: string;
  readonly linkName: string;
}

const CHECKSUM = { at: 148, length: 8 };

/** Reads a header block of 512 bytes. Throws SlipwayError `unsafe_package`, `malformed`. */
export function readTarHeader(block: Buffer): TarHeader {
  if (octal(block, CHECKSUM.at, CHECKSUM.length) !== checksum(block)) throw unsafe("", "malformed");
  const plainName = text(block, 0, 100);
  // Only POSIX archives have a prefix there; GNU's (`ustar  `) keep times in those bytes.
  const prefix = block.toString("latin1", 257, 263) === "ustar\0" ? text(block, 345, 155) : "";
  return {
    name: prefix === "" ? plainName : `${prefix}/${plainName}`,
    mode: octal(block, 100, 8),
    size: number(block, 124, 12),
    type: block[156] === 0 ? "0" : String.fromCharCode(block[156] ?? 0),
    linkName: text(block, 157, 100),
  };
}

export function isZeroBlock(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}

/** Up to the first NUL. Bytes that are no UTF-8 become U+FFFD, which no name may have; an unused short name may be cut in a letter. */
function text(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end === -1 ? length : end);
}

/** Octal digits, or GNU's base-256 where the first bit is set. */
function number(block: Buffer, at: number, length: number): number {
  const first = block[at] ?? 0;
  if ((first & 0x80) === 0) return octal(block, at, length);
  let value = first & 0x7f;
  for (const byte of block.subarray(at + 1, at + length)) value = value * 256 + byte;
  if (!Number.isSafeInteger(value)) throw unsafe("", "malformed");
  return value;
}

function octal(block: Buffer, at: number, length: number): number {
  const digits = block
    .toString("latin1", at, at + length)
    .replace(/\0[\s\S]*$/, "")
    .trim();
  if (!/^[0-7]*$/.test(digits)) throw unsafe("", "malformed");
  return digits === "" ? 0 : Number.parseInt(digits, 8);
}

/** The sum of all bytes, its own field taken as spaces. */
function checksum(block: Buffer): number {
  let sum = CHECKSUM.length * 0x20;
  block.forEach((byte, at) => {
    if (at < CHECKSUM.at || at >= CHECKSUM.at + CHECKSUM.length) sum += byte;
  });
  return sum;
}
