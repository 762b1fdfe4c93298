import { expect, it } from "vitest";
import { labelCounts, labelWords } from "./label-words";

it("labels are written as name=value", () => {
  expect(labelWords({ team: "shop", tier: "1" })).toEqual(["team=shop", "tier=1"]);
});

it("those that occur are counted, in the order of the alphabet", () => {
  expect(labelCounts([{ tier: "10" }, { tier: "2", team: "shop" }, {}, { team: "shop" }])).toEqual([
    { word: "team=shop", count: 2 },
    { word: "tier=2", count: 1 },
    { word: "tier=10", count: 1 },
  ]);
});
