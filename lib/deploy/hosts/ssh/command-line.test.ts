import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commandLine, MARK, quote, splitAtMark } from "./command-line";

const SHELLS = ["dash", "bash", "busybox sh"];
const HOSTILE = [
  "",
  "$(touch /nowhere)",
  "`id`",
  "a'b",
  "'",
  "''",
  "'\\''",
  '"',
  "\\",
  "\\'",
  "a b\tc\nd\r",
  "; exit 1 #",
  "&& true || false | cat > x < y &",
  "*?[a-z]{a,b}~",
  "-n",
  "!!",
  "$HOME $$",
  "é 版本 🚀",
  "\u001b[31m\u0007",
];

function argumentsSeenBy(shell: string, argv: readonly string[]): string[] {
  const [program = "", ...before] = shell.split(" ");
  const script = 'for word; do printf "%s\\0" "$word"; done';
  const printed = execFileSync(program, [...before, "-c", commandLine(["sh", "-c", script, "sh", ...argv])]).toString();
  return printed.slice(`${MARK}\n`.length).split("\0").slice(0, -1);
}

describe.each(SHELLS)("a command line that %s reads", (shell) => {
  it("gives the program its arguments untouched, however hostile", () => {
    expect(argumentsSeenBy(shell, HOSTILE)).toEqual(HOSTILE);
  });

  it("gives any text untouched", async () => {
    const text = fc.string({ unit: "grapheme", maxLength: 20 }).filter((each) => !each.includes("\0"));
    await fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (argv) => {
        expect(argumentsSeenBy(shell, argv)).toEqual(argv);
      }),
      { numRuns: 25 },
    );
  });
});

it("cannot carry a NUL", () => {
  expect(() => quote("a\0b")).toThrow(RangeError);
});

it("what the login shell prints is told from what the program prints", () => {
  expect(splitAtMark(`${MARK}\nanswer\n`)).toEqual({ before: "", after: "answer\n" });
  expect(splitAtMark(`Welcome!\nTwo lines\n${MARK}\nanswer\n`)).toEqual({ before: "Welcome!\nTwo lines", after: "answer\n" });
  expect(splitAtMark("This account is currently not available.\n")).toBeNull();
  expect(splitAtMark(`not at the beginning of a line ${MARK}\n`)).toBeNull();
});
