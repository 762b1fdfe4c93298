export interface ContentRange {
  readonly start: number;
  readonly end: number;
  /** Bytes of the whole, null where the server does not know (`*`). */
  readonly total: number | null;
}

/** RFC 9110 14.4: `bytes 0-99/1234`. Null for anything else. */
export function parseContentRange(header: string | null): ContentRange | null {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec(header ?? "");
  if (match === null) return null;
  const [start, end] = [Number(match[1]), Number(match[2])];
  const total = match[3] === "*" ? null : Number(match[3]);
  return end < start || (total !== null && end >= total) ? null : { start, end, total };
}

/** RFC 9110 8.6. Null where it is absent or no number. */
export function parseContentLength(header: string | null): number | null {
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : null;
}
