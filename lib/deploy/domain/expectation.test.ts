import { describe, expect, it } from "vitest";
import { expectation, type PlannedWave } from "./expectation";

const wave = (size: number, atOnce = 10, bakeSeconds = 0): PlannedWave => ({ size, atOnce, bakeSeconds });
const EVEN = { changes: [4, 4, 4], preparations: [2] };
/** 1 to 10 seconds, told in no order. */
const UNEVEN = { changes: [10, 1, 7, 4, 2, 9, 3, 8, 6, 5], preparations: [] };

describe("how long a rollout should take", () => {
  it("is not known where nothing was ever changed", () =>
    expect(expectation([wave(3)], { changes: [], preparations: [2] })).toBeNull());

  it.each<[string, readonly PlannedWave[], number]>([
    ["one wave at once: preparing, and one change", [wave(3)], 2 + 4],
    ["more than go at once: in rounds", [wave(25)], 2 + 3 * 4],
    ["exactly as many as go at once: one round", [wave(10)], 2 + 4],
    [
      "a canary and two waves, each watched, the last one too",
      [wave(1, 10, 30), wave(3, 10, 30), wave(3, 10, 30)],
      2 + 3 * (4 + 30),
    ],
    ["one after the other, where min_healthy leaves no more room", [wave(3, 1)], 2 + 3 * 4],
    ["nothing to change", [], 2],
  ])("%s", (_, waves, seconds) =>
    expect(expectation(waves, EVEN)).toEqual({ medianS: seconds, lowS: seconds, highS: seconds, samples: 3 }),
  );

  it("of one instance is what one change took: its spread is theirs", () =>
    expect(expectation([wave(1)], UNEVEN)).toEqual({ lowS: 1, medianS: 5, highS: 9, samples: 10 }));

  it("of many at once is what the slowest of them takes", () =>
    expect(expectation([wave(10)], UNEVEN)).toEqual({ lowS: 8, medianS: 10, highS: 10, samples: 10 }));

  it("of a full round and a single one left over is both", () =>
    expect(expectation([wave(11)], UNEVEN)).toMatchObject({ lowS: 8 + 1, medianS: 10 + 5, highS: 10 + 9 }));

  it("has the spread of preparing in it", () =>
    expect(expectation([wave(1)], { changes: [4], preparations: [30, 1, 2] })).toMatchObject({ lowS: 5, medianS: 6, highS: 34 }));
});
