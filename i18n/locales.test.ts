import { describe, expect, it } from "vitest";
import { isLocale, negotiateLocale } from "./locales";

describe("the reader's language", () => {
  it.each([
    [null, "en"],
    ["", "en"],
    ["zh-CN,zh;q=0.9,en;q=0.8", "zh"],
    ["en-GB,en;q=0.9,zh;q=0.8", "en"],
    ["de-DE,de;q=0.9,zh;q=0.5,en;q=0.3", "zh"],
    ["en;q=0.2, zh;q=0.9", "zh"],
    ["zh;q=0, en", "en"],
    ["*", "en"],
    ["fr;q=nonsense", "en"],
  ])("for Accept-Language %j is %s", (header, expected) => {
    expect(negotiateLocale(header)).toBe(expected);
  });

  it("takes no other word for a language", () => {
    expect(isLocale("en")).toBe(true);
    expect(isLocale("../en")).toBe(false);
    expect(isLocale(undefined)).toBe(false);
  });
});
