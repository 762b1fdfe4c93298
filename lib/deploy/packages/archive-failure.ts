import { unsafe } from "./reasons";

const ZLIB_CODES = ["Z_DATA_ERROR", "Z_BUF_ERROR", "Z_NEED_DICT"];

/**
 * What zlib says of bytes that it cannot unpack, as SlipwayError `unsafe_package` `malformed`. Anything else (the network's,
 * the disk's, the store's) is given back as it is.
 */
export function zlibFailure(error: unknown, entry = ""): unknown {
  return error instanceof Error && "code" in error && ZLIB_CODES.some((code) => code === error.code)
    ? unsafe(entry, "malformed", error)
    : error;
}

/**
 * The same for the zip reader, whose own errors are bare while all of the system's carry a code. Only around the reader itself:
 * a bare error of anyone else would be taken for the archive's.
 */
export function zipFailure(error: unknown, entry = ""): unknown {
  const bare = error instanceof Error && error.constructor === Error && !("code" in error);
  return bare ? unsafe(entry, "malformed", error) : zlibFailure(error, entry);
}
