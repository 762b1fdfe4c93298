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
