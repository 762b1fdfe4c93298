import { oneLine, withBreaks } from "./one-line";

/** Names and values as a person types them: `name=value`, one a line. */
export function pairsText(pairs: Readonly<Record<string, string>>): string {
  return Object.entries(pairs)
    .map(([name, value]) => `${name}=${oneLine(value)}`)
    .join("\n");
}

/** The same read back; a line without `=` is kept as a name without a value, for the schema to refuse or take. */
export function pairsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const at = line.indexOf("=");
        return at === -1 ? [line.trim(), ""] : [line.slice(0, at).trim(), withBreaks(line.slice(at + 1))];
      }),
  );
}
