// @ts-check
/**
 * Slipway itself is upgraded during rollouts: processes of the build before go on working on the database that the newer one has migrated.
 * So a migration takes nothing from them, and asks nothing of them that they do not know of.
 */

/** Takes something away, or asks for more than the build before gives; each with a word for what it is. */
const BREAKS = /** @type {const} */ ([
  [/\bDROP\s+(TABLE|COLUMN|TYPE|VIEW|FUNCTION|PROCEDURE|SEQUENCE|SCHEMA)\b/i, "takes away"],
  [/\bALTER\s+COLUMN\s+\S+\s+DROP\s+DEFAULT\b/i, "takes away"],
  [/\bRENAME\b/i, "renames"],
  [/\bALTER\s+COLUMN\s+\S+\s+(SET\s+DATA\s+)?TYPE\b/i, "changes the type of"],
  [/\bALTER\s+COLUMN\s+\S+\s+SET\s+NOT\s+NULL\b/i, "asks for more in"],
  [/\bADD\s+COLUMN\b(?![^,]*\bDEFAULT\b)[^,]*\bNOT\s+NULL\b/i, "asks for more in"],
]);
/** Harmless to a table that the same migration has made. */
const BINDS = [
  /\bALTER\s+TABLE\s+(?:ONLY\s+)?(\S+)[^;]*\bADD\s+CONSTRAINT\b/i,
  /\bCREATE\s+UNIQUE\s+INDEX\b[^;]*\bON\s+([^\s(]+)/i,
  /\bCREATE\s+(?:CONSTRAINT\s+)?TRIGGER\b[^;]*\bON\s+(\S+)/i,
];
const CREATES = /\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([^\s(]+)/gi;
/** What a person has looked at: above the statement, with why. */
const LOOKED_AT = /^\s*--\s*The build before does without it: .+/im;

/**
 * The statements with which the build before could not live, each in one line.
 * @param {string} sql of one migration
 * @returns {string[]}
 */
export function breaksBuildBefore(sql) {
  const made = new Set([...sql.matchAll(CREATES)].map((match) => match[1]));
  return statementsOf(sql).flatMap((text) => {
    const statement = text.replace(/--.*$/gm, " ").replace(/\s+/g, " ").trim();
    const bound = BINDS.map((rule) => rule.exec(statement)?.[1]).find((table) => table !== undefined);
    const why =
      BREAKS.find(([rule]) => rule.test(statement))?.[1] ?? (bound !== undefined && !made.has(bound) ? "binds" : undefined);
    return why === undefined || LOOKED_AT.test(text) ? [] : [`${why} what the build before uses: ${statement.slice(0, 200)}`];
  });
}

/**
 * Cut at semicolons that stand neither in a text nor in a function's body.
 * @param {string} sql
 */
function statementsOf(sql) {
  const pieces = sql.match(/--.*$|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|;|[^;'"$-]+|[\s\S]/gm) ?? [];
  /** @type {string[]} */
  const statements = [""];
  for (const piece of pieces) {
    if (piece === ";") statements.push("");
    else statements[statements.length - 1] += piece.startsWith("'") || piece.startsWith("$") ? "''" : piece;
  }
  return statements.filter((statement) => statement.trim() !== "");
}
