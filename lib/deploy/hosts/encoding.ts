/** How values travel to `host.sh` and back: as words without blanks, so that no value can end an argument, a line or a file name. */

const LONGEST_NAME = 160;

function escapeBytes(text: string, keep: RegExp, escaped: (byte: number) => string): string {
  if (text.includes("\0")) {
    throw new RangeError("a value for a host may not contain a NUL character");
  }
  return [...Buffer.from(text, "utf8")]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return byte < 0x80 && keep.test(character) ? character : escaped(byte);
    })
    .join("");
}

const percent = (byte: number) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
const octal = (byte: number) => `\\0${byte.toString(8).padStart(3, "0")}`;

/**
 * A name of an instance, a transaction or a version as a word that is also a safe file name.
 * Throws RangeError when it is empty, has a NUL, or is longer than 160 characters once encoded.
 */
export function encodeName(name: string): string {
  const encoded = escapeBytes(name, /[A-Za-z0-9._~:@+=,-]/, percent).replace(/^[.-]/, (first) => percent(first.charCodeAt(0)));
  if (encoded === "" || encoded.length > LONGEST_NAME) {
    throw new RangeError(`a name for a host has 1 to ${LONGEST_NAME} characters, encoded`);
  }
  return encoded;
}

/** The name that `encodeName` was given. Throws URIError for anything that it did not make. */
export function decodeName(encoded: string): string {
  return decodeURIComponent(encoded);
}

/** Any text as one word for `printf %b`. Throws RangeError for a NUL, which no argument of a process can hold. */
export function encodeValue(value: string): string {
  return escapeBytes(value, /[A-Za-z0-9_./:=@,+%-]/, octal);
}
