/** Fills the placeholders of a message from parameters that may lack some. A missing one becomes `none`, which messages select on. */

export type Values = Record<string, string | number>;
export type Params = Readonly<Record<string, unknown>>;

/** The word that a message's `select` takes for "not given". */
export const NONE = "none";
const LISTED = 3;

/** The names of a message's arguments, and which of them must be numbers (ICU MessageFormat, without quoting). */
export function argumentsOf(message: string): ReadonlyMap<string, "text" | "number"> {
  const found = new Map<string, "text" | "number">();
  scanText(message, 0, found);
  return found;
}

/** Reads text up to its closing brace, or the end. Returns the place of that brace. */
function scanText(message: string, from: number, found: Map<string, "text" | "number">): number {
  let at = from;
  while (at < message.length && message[at] !== "}") {
    at = message[at] === "{" ? scanArgument(message, at + 1, found) + 1 : at + 1;
  }
  return at;
}

/** Reads `name}`, `name, kind}` or `name, kind, case {text} case {text}}`. Returns the place of its closing brace. */
function scanArgument(message: string, from: number, found: Map<string, "text" | "number">): number {
  const [head = "", name = "", kind = ""] = /^\s*([\w]+)\s*(?:,\s*(\w+)\s*,?)?/.exec(message.slice(from)) ?? [];
  // An optional number is selected on first: then its plural is never reached without it.
  const numeric = kind !== "" && kind !== "select" && found.get(name) !== "text";
  found.set(name, numeric ? "number" : "text");
  let at = from + head.length;
  while (at < message.length && message[at] !== "}") {
    at = message[at] === "{" ? scanText(message, at + 1, found) + 1 : at + 1;
  }
  return at;
}

/** Everything that `message` asks for, and nothing else. Lists are cut after three; true and false are words. */
export function valuesFor(message: string, params: Params, locale: string): Values {
  const values: Values = {};
  for (const [name, kind] of argumentsOf(message)) {
    values[name] = filled(params[name], kind, locale);
  }
  return values;
}

function filled(given: unknown, kind: "text" | "number", locale: string): string | number {
  if (typeof given === "number" && Number.isFinite(given)) return given;
  if (kind === "number") {
    const number = Number(given);
    return Array.isArray(given) ? given.length : Number.isFinite(number) && given !== "" && given !== null ? number : 0;
  }
  if (Array.isArray(given)) return given.length === 0 ? NONE : listed(given.map(String), locale);
  if (typeof given === "boolean") return String(given);
  return typeof given === "string" && given !== "" ? given : NONE;
}

/** "a, b, c" or "a, b, c +7". */
export function listed(items: readonly string[], locale: string): string {
  const shown = new Intl.ListFormat(locale, { style: "short", type: "unit" }).format(items.slice(0, LISTED));
  return items.length > LISTED ? `${shown} +${items.length - LISTED}` : shown;
}
