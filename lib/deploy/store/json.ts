import type { Prisma } from "./generated/client";

/**
 * A JSON column as what was written into it. The one place that trusts a type here: these columns are written by this folder alone,
 * from values of exactly this type, and what goes out to the world is checked again by the contract's schemas.
 */
export function stored<T>(value: Prisma.JsonValue): T {
  return value as T;
}

/** A value for a JSON column. Dates become RFC 3339; `undefined` is left out. */
export function storable(value: unknown): Prisma.InputJsonValue {
  return JSON.parse(JSON.stringify(value));
}

/**
 * JSON that PostgreSQL takes: without the NUL and the lone surrogates that a host's output may carry, which `jsonb` refuses. JSON.stringify
 * writes exactly these as escapes.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/gi, "$1\\ufffd");
}
