import { unsafe } from "./reasons";

/** The records of a pax extended header (POSIX.1-2017, pax Interchange Format): `LENGTH KEY=VALUE\n`, each exactly once. */
export function parsePax(bytes: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const digits = space === -1 ? "" : bytes.toString("latin1", at, space);
    const length = /^[1-9]\d{0,9}$/.test(digits) ? Number(digits) : 0;
    const end = at + length;
    const equals = bytes.indexOf(0x3d, space);
    if (length === 0 || end > bytes.length || bytes[end - 1] !== 0x0a || equals === -1 || equals >= end) {
      throw unsafe("", "malformed");
    }
    const key = bytes.toString("latin1", space + 1, equals);
    if (records.has(key)) throw unsafe("", "malformed");
    // Only names are read; other values (extended attributes, say) may be any bytes.
    const value = bytes.subarray(equals + 1, end - 1);
    records.set(key, key === "path" || key === "linkpath" ? value.toString("utf8") : value.toString("latin1"));
    at = end;
  }
  return records;
}
