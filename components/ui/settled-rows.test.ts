import { describe, expect, it } from "vitest";
import { settleOrder, waitingChanges } from "./settled-rows";

describe("rows under a person's pointer", () => {
  it("stay where they are", () => {
    expect(settleOrder(["a", "b"], ["new", "b", "a"], true)).toEqual(["a", "b"]);
  });

  it("take the new order once nobody points at them", () => {
    expect(settleOrder(["a", "b"], ["new", "b", "a"], false)).toEqual(["new", "b", "a"]);
  });
});

describe("changes that wait", () => {
  it.each([
    ["none", ["a", "b"], ["a", "b"], 0],
    ["one new", ["a", "b"], ["c", "a", "b"], 1],
    ["one gone", ["a", "b"], ["b"], 1],
    ["two changed places", ["a", "b", "c"], ["b", "a", "c"], 2],
    ["one new and one gone", ["a", "b"], ["c", "b"], 2],
  ])("%s", (_name, shown, incoming, expected) => {
    expect(waitingChanges(shown, incoming)).toBe(expected);
  });
});
