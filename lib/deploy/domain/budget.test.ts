import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allowedDown, roomFor } from "./budget";
import type { Share } from "./strategy";

describe("how many may be down at once", () => {
  it.each<[number, Share, number]>([
    [0, "50%", 1],
    [1, "50%", 1],
    [2, "50%", 1],
    [3, "50%", 1],
    [4, "50%", 2],
    [5, "50%", 2],
    [10, "90%", 1],
    [10, "99%", 1],
    [100, "90%", 10],
    [101, "90%", 10],
    [10, "10%", 9],
  ])("of %i that answered, keeping %s: %i", (baseline, share, allowed) => {
    expect(allowedDown(baseline, share)).toBe(allowed);
  });

  it("one can always be changed, and never fewer than asked stay up beyond that one", () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 99 }), (baseline, percent) => {
        const allowed = allowedDown(baseline, `${percent}%`);
        return allowed >= 1 && (allowed === 1 || (baseline - allowed) * 100 >= percent * baseline);
      }),
    );
  });
});

describe("room for another one", () => {
  const load = (down: number, changing: number) => ({
    baseline: 10,
    down: Array.from({ length: down }, (_, at) => `shop-${at}`),
    changing,
  });

  it.each([
    ["nothing is down", load(0, 0), false, 5],
    ["three are down", load(3, 1), false, 2],
    ["all that may be down are", load(5, 2), false, 0],
    ["more are down than may be", load(8, 0), false, 0],
    ["more are down, and a rollback takes one", load(8, 0), true, 1],
    ["more are down, and a change of the service is under way", load(8, 1), true, 0],
    ["a rollback has no right to more than there is room for", load(3, 0), true, 2],
  ])("%s", (_, present, always, room) => {
    expect(roomFor(present, "50%", always)).toBe(room);
  });

  it("0% means no minimum", () => {
    expect(roomFor(load(10, 10), "0%", false)).toBe(Number.POSITIVE_INFINITY);
  });
});
