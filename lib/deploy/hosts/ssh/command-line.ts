/**
 * What a server runs is one text that the login shell of its user reads. Every word is quoted here and nowhere else, so that no
 * value can end a word, and the first thing it prints is a mark: what comes before it is not ours.
 */

export const MARK = "slipway-begins";

/** One word of a command line for a POSIX shell. Throws RangeError for a NUL, which no argument can hold. */
export function quote(word: string): string {
  if (word.includes("\0")) throw new RangeError("an argument may not contain a NUL character");
  return `'${word.replaceAll("'", "'\\''")}'`;
}

export function commandLine(argv: readonly string[]): string {
  return `echo ${MARK}; exec ${argv.map(quote).join(" ")}`;
}

/** What was printed, split at the mark: `before` is the login shell's own, `after` the program's. null: the program never began. */
export function splitAtMark(printed: string): { readonly before: string; readonly after: string } | null {
  const line = `${MARK}\n`;
  if (printed.startsWith(line)) return { before: "", after: printed.slice(line.length) };
  const at = printed.indexOf(`\n${line}`);
  return at < 0 ? null : { before: printed.slice(0, at), after: printed.slice(at + line.length + 1) };
}
