// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal or a page, and the first not the database
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g;
const HALVES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * What a host, a package or a program has said, fit to be stored and shown: control characters replaced, at most `most` UTF-16 units, and
 * no half of a character, which JSON in PostgreSQL refuses.
 */
export function shownText(text: string, most: number): string {
  const whole = text.slice(0, most).replace(/[\ud800-\udbff]$/, "");
  return whole.replace(HALVES, "\ufffd").replace(CONTROLS, "\ufffd");
}

/** The same in one line, of what may have been several. */
export function inOneLine(text: string, most: number): string {
  return shownText(text.trim().replace(/\s+/g, " "), most);
}
