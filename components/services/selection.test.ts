import { describe, expect, it } from "vitest";
import { toggleSelection } from "./selection";

const shown = ["a", "b", "c", "d", "e"];
const click = (key: string, more: Partial<{ checked: boolean; shift: boolean; last: string | null }> = {}) => ({
  key,
  checked: true,
  shift: false,
  last: null,
  ...more,
});

describe("selecting rows", () => {
  it("adds and takes away one", () => {
    expect(toggleSelection(["a"], shown, click("c"))).toEqual(["a", "c"]);
    expect(toggleSelection(["a", "c"], shown, click("a", { checked: false }))).toEqual(["c"]);
  });

  it("takes a range with Shift, in either direction, nothing twice", () => {
    expect(toggleSelection(["b"], shown, click("d", { shift: true, last: "b" }))).toEqual(["b", "c", "d"]);
    expect(toggleSelection(["d"], shown, click("b", { shift: true, last: "d" }))).toEqual(["b", "c", "d"]);
  });

  it("clears a range with Shift", () => {
    expect(toggleSelection(["a", "b", "c", "e"], shown, click("c", { checked: false, shift: true, last: "a" }))).toEqual(["e"]);
  });

  it("keeps what the filter hides", () => {
    expect(toggleSelection(["hidden"], shown, click("a"))).toEqual(["hidden", "a"]);
  });

  it("counts Shift as a plain click where the box clicked before is gone", () => {
    expect(toggleSelection([], shown, click("c", { shift: true, last: "gone" }))).toEqual(["c"]);
  });
});
