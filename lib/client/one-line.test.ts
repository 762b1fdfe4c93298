import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { oneLine, withBreaks } from "./one-line";

describe("a text as one line of a field", () => {
  it("stands as it is, quotes and backslashes too", () => {
    for (const text of ["plain", 'say "hello"', '"quoted"', "C:\\new", '"C:\\temp"', '"', ""]) {
      expect(oneLine(text)).toBe(text);
      expect(withBreaks(text)).toBe(text);
    }
  });

  it("is in quotes where it has a line break", () => {
    expect(oneLine('if x; then\n  echo "y"\nfi')).toBe('"if x; then\\n  echo \\"y\\"\\nfi"');
    expect(withBreaks('"one\\ntwo"')).toBe("one\ntwo");
  });

  it("comes back as it was, whatever it is", () => {
    const awkward = fc.array(fc.constantFrom('"', "\\", "n", "r", "\n", "\r", "\u2028", "a", "=")).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.oneof(awkward, fc.string({ unit: "binary" })), (text) => {
        expect(oneLine(text)).not.toMatch(/[\n\r]/);
        expect(withBreaks(oneLine(text))).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });
});
