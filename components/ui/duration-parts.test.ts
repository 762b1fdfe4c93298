import { describe, expect, it } from "vitest";
import { durationParts } from "./duration-parts";

const told = (seconds: number, most?: number) =>
  durationParts(seconds, most)
    .map((part) => `${part.count}${part.unit}`)
    .join(" ");

describe("a length of time", () => {
  it.each([
    [0, "0s"],
    [-3, "0s"],
    [0.004, "4ms"],
    [0.0001, "1ms"],
    [1.9, "1s"],
    [59.99, "59s"],
    [60, "1min"],
    [192, "3min 12s"],
    [3600, "1h"],
    [3661, "1h 1min"],
    [86_399, "23h 59min"],
    [6 * 86_400 + 30, "6d"],
    [6 * 86_400 + 3 * 3600, "6d 3h"],
  ])("of %d s reads %s", (seconds, expected) => {
    expect(told(seconds)).toBe(expected);
  });

  it("can be told in one unit", () => {
    expect(told(3661, 1)).toBe("1h");
  });
});
