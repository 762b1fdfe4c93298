/** Texts in fields where each line is a text of its own: one that has a line break itself is written there in quotes, as in JSON. */

const BREAK = /[\n\r]/;
const QUOTED = /^".*\\[nr].*"$/s;

export function oneLine(text: string): string {
  // Also what only looks as if it had been put in quotes here: it is to come back as it is.
  return BREAK.test(text) || withBreaks(text) !== text ? JSON.stringify(text) : text;
}

/** The text that a line stands for. */
export function withBreaks(line: string): string {
  if (!QUOTED.test(line)) return line;
  try {
    return String(JSON.parse(line));
  } catch (error) {
    if (error instanceof SyntaxError) return line;
    throw error;
  }
}
