import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FieldError, SlipwayError } from "@/lib/deploy/domain/errors";
import { fieldSentence } from "../sentence";
import { readYaml } from "./read";

function refusal(text: string): readonly FieldError[] {
  try {
    readYaml(text);
  } catch (error) {
    if (error instanceof SlipwayError) return error.more.fields ?? [];
    throw error;
  }
  return [];
}

const first = (text: string) => {
  const [told] = refusal(text);
  return told === undefined ? "accepted" : `${told.code} ${told.params?.why ?? ""} ${told.at?.line}:${told.at?.column}`;
};

describe("a YAML text", () => {
  it("is the value that it says", () => {
    const text = 'a: 1\nb: [x, "y"]\nc:\n  d: ~\n  8080: "8080"\n  on: yes\n';
    expect(readYaml(text).value).toEqual({ a: 1, b: ["x", "y"], c: { d: null, "8080": "8080", on: "yes" } });
  });

  it("knows where each value and its name stand", () => {
    const { spots } = readYaml("# first\na: 1\nb:\r\n  - x\n  - c/d: 'y'\n");
    expect(spots.get("/a")).toEqual({ name: { line: 2, column: 1 }, value: { line: 2, column: 4 }, isBare: true });
    expect(spots.get("/b/0")?.value).toEqual({ line: 4, column: 5 });
    expect(spots.get("/b/1/c~1d")).toEqual({
      name: { line: 5, column: 5 },
      value: { line: 5, column: 10 },
      isBare: false,
    });
  });

  it("may say something once and mean it twice", () => {
    const { value, spots } = readYaml("a: &x { b: 1 }\nc: *x\n");
    expect(value).toEqual({ a: { b: 1 }, c: { b: 1 } });
    expect(spots.get("/c/b")?.value).toEqual({ line: 1, column: 12 });
  });

  it("keeps a name that is special elsewhere as a name", () => {
    const { value } = readYaml("__proto__: 1\n");
    expect(Object.keys(Object(value))).toEqual(["__proto__"]);
  });
});

describe("what is refused, and where it stands", () => {
  it.each([
    ["a tab as indentation", "a:\n\tb: 1\n", "yaml tab 2:1"],
    ["a bracket without an end", "a: [1,\nb: 2\n", "yaml indent 2:1"],
    ["a quote without an end", 'a: "x\n', "yaml missing 2:1"],
    ["a tag of a program", "a: 1\nb: !!js/function 'f'\n", "yaml tag 2:4"],
    ["a tag of one's own", "a: !secret x\n", "yaml tag 1:4"],
    ["a second document", "a: 1\n---\nb: 2\n", "yaml documents 2:1"],
    ["a name given twice", "a: 1\nb:\n  c: 1\n  c: 2\n", "duplicate  4:3"],
    ["a list as a name", "? [a]\n: 1\n", "yaml name 1:3"],
    ["an alias of nothing", "a: *b\n", "yaml alias 1:4"],
    ["an alias of what stands below", "a: *b\nb: &b 1\n", "yaml alias 1:4"],
    ["a directive", "%FOO bar\n---\na: 1\n", "yaml directive 1:1"],
    ["an escape that is none", 'a: "\\q"\n', "yaml escape 1:5"],
    ["a character that begins no text", "a: @b\n", "yaml start 1:4"],
    ["an indent of its own", "a:\n    b: 1\n  c: 2\n", "yaml indent 3:1"],
  ])("%s", (_, text, expected) => {
    expect(first(text)).toBe(expected);
  });

  it("every reason has a sentence of its own in both languages", () => {
    for (const locale of ["en", "zh"] as const) {
      const other = fieldSentence(locale, "yaml", { why: "other" });
      for (const why of [
        "tab",
        "indent",
        "missing",
        "documents",
        "tag",
        "alias",
        "escape",
        "start",
        "directive",
        "name",
        "deep",
        "much",
      ])
        expect(fieldSentence(locale, "yaml", { why }), why).not.toBe(other);
    }
  });

  it("tells many errors at once, and not without end", () => {
    expect(refusal("a: !x 1\nb: !y 2\n")).toHaveLength(2);
    expect(refusal("]\n".repeat(500))).toHaveLength(20);
  });
});

describe("what would cost more than it is worth", () => {
  const bomb = `a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(10)}]\n`).join("")}`;
  it.each([
    ["brackets that do not close", "[".repeat(100_000), "yaml deep 1:33"],
    ["brackets that do", "[".repeat(60_000) + "]".repeat(60_000), "yaml deep 1:33"],
    ["braces within braces", '{"a":'.repeat(10_000), "yaml deep 1:161"],
    ["lists within lists on one line", "- ".repeat(60_000), "yaml deep 1:65"],
    ["names within names on one line", "? ".repeat(60_000), "yaml deep 1:65"],
    ["lines within lines", Array.from({ length: 400 }, (_, n) => `${" ".repeat(n)}a:\n`).join(""), "yaml deep 34:34"],
    ["billions of laughs", bomb, "yaml much 1:14"],
    ["a thing within itself", "a: &a [*a, *a]\n", "yaml deep 1:7"],
    ["very many words", "- [,]\n".repeat(20_000), "yaml much 8334:2"],
  ])("%s", (_, text, expected) => {
    expect(first(text)).toBe(expected);
  });
});

describe("any text at all", () => {
  it("is a value or refused with places that are in it", () => {
    const yamlish = fc.array(
      fc.constantFrom(..."ab: -[]{}&*!|>'\"#%@`?,\n\t \\0~".split(""), "- ", ": ", "\n  ", "&a ", "*a", "!!js ", "---\n"),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          yamlish.map((parts) => parts.join("")),
          fc.string({ unit: "binary" }),
        ),
        (text) => {
          const lines = text.split("\n");
          for (const { at } of refusal(text)) {
            expect(at?.line).toBeGreaterThanOrEqual(1);
            expect(at?.line).toBeLessThanOrEqual(lines.length);
            expect(at?.column).toBeLessThanOrEqual((lines[(at?.line ?? 1) - 1]?.length ?? 0) + 1);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("as JSON says what JSON says", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), (text) => {
        expect(readYaml(text).value).toEqual(JSON.parse(text));
      }),
    );
  });
});
