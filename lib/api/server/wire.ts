/** The one place between camelCase inside and snake_case on the wire. */

/** Dictionaries whose keys are a caller's own: passed through as they are. */
const OPAQUE = ["labels", "environment", "metadata", "params"] as const;
type Opaque = (typeof OPAQUE)[number];

type Snake<S extends string> = S extends `${infer Head}${infer Rest}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${Snake<Rest>}`
  : S;
type Camel<S extends string> = S extends `${infer Head}_${infer Rest}` ? `${Head}${Capitalize<Camel<Rest>>}` : S;

/** As it is said on the wire: snake_case names, times as RFC 3339 in UTC, 64-bit numbers as decimal strings. */
export type Wire<T> = T extends Date | bigint
  ? string
  : T extends readonly (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? { [K in keyof T as K extends string ? Snake<K> : never]: K extends Opaque ? T[K] : Wire<T[K]> }
      : T;

/** A parsed request as it is said inside. */
export type FromWire<T> = T extends readonly (infer Item)[]
  ? FromWire<Item>[]
  : T extends object
    ? { [K in keyof T as K extends string ? Camel<K> : never]: K extends Opaque ? T[K] : FromWire<T[K]> }
    : T;

export function toWire<T>(value: T): Wire<T>;
export function toWire(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "bigint") return value.toString();
  return renamed(value, toSnake, toWire);
}

export function fromWire<T>(value: T): FromWire<T>;
export function fromWire(value: unknown): unknown {
  return renamed(value, toCamel, fromWire);
}

const snakes = new Map<string, string>();

/** Of a name of ours: there are few of them, and an answer repeats them thousands of times. */
export function toSnake(name: string): string {
  const known = snakes.get(name);
  if (known !== undefined) return known;
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  snakes.set(name, snake);
  return snake;
}

export function toCamel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, next: string) => next.toUpperCase());
}

function renamed(value: unknown, rename: (name: string) => string, convert: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => convert(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [rename(key), isOpaque(key) ? inner : convert(inner)]));
}

function isOpaque(key: string): key is Opaque {
  return OPAQUE.some((opaque) => opaque === key);
}
