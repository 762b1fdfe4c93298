import { SlipwayError } from "../../domain/errors";
import type { Page } from "../../ports/reads";

/** A place in a list: the keys of its last row. Opaque to callers, so what it holds may change. */
function encodeCursor(keys: readonly string[]): string {
  return Buffer.from(JSON.stringify(keys)).toString("base64url");
}

/** What a key of a cursor may look like: nothing else reaches a statement, not even as an argument. */
export const KEY = {
  name: /^[^\0]{1,256}$/,
  number: /^[0-9]{1,18}$/,
  /** Microseconds since 1970. */
  time: /^[0-9]{1,16}$/,
} as const;

/**
 * The keys of a cursor that this list gave, or null without one.
 * @throws SlipwayError `invalid_request` for anything else.
 */
export function decodeCursor(cursor: string | undefined, ...shape: readonly (keyof typeof KEY)[]): readonly string[] | null {
  if (cursor === undefined) return null;
  const keys = parse(cursor);
  const fits =
    Array.isArray(keys) &&
    keys.length === shape.length &&
    shape.every((kind, index) => typeof keys[index] === "string" && KEY[kind].test(keys[index]));
  if (!fits) {
    throw new SlipwayError("invalid_request", {}, { fields: [{ pointer: "/cursor", code: "invalid_cursor" }] });
  }
  return keys;
}

/** The page of at most `limit` rows, when one more than that was asked for. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keys: (last: Row) => readonly string[],
  item: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(item), nextCursor: rows.length > limit && last !== undefined ? encodeCursor(keys(last)) : null };
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return null;
  }
}
