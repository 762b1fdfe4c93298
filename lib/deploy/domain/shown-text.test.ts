import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inOneLine, shownText } from "./shown-text";

describe("what others have said, as it is shown", () => {
  it("is as it was where nothing is wrong with it", () => {
    expect(shownText("Willkommen auf web-1 – 你好 👋", 200)).toBe("Willkommen auf web-1 – 你好 👋");
  });

  it("has nothing that a terminal would obey", () => {
    expect(shownText("a\nb\u001b[2J\u0000", 200)).toBe("a\ufffdb\ufffd[2J\ufffd");
  });

  it("is one line where it may have been several", () => {
    expect(inOneLine(" Welcome!\r\n\tTwo lines\n", 200)).toBe("Welcome! Two lines");
  });

  it("ends before half of a character", () => {
    expect(shownText("ab👋", 3)).toBe("ab");
    expect(shownText("ab👋", 4)).toBe("ab👋");
  });

  it("can be stored, whatever it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(20), (text, most) => {
        const shown = shownText(text, most);
        expect(shown.length).toBeLessThanOrEqual(most);
        expect(shown).not.toContain("\0");
        expect(Buffer.from(shown, "utf8").toString("utf8")).toBe(shown);
      }),
    );
  });
});
