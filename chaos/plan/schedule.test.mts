import { describe, expect, it } from "vitest";
import { isFault, scheduleRound } from "./schedule.mjs";

const PACE = { faultEveryMs: 500, wishEveryMs: 500 };
const MINUTE = 60_000;

describe("a schedule", () => {
  it("is the same for the same seed and round", () => {
    expect(scheduleRound(7, 2, MINUTE, PACE)).toEqual(scheduleRound(7, 2, MINUTE, PACE));
  });

  it("differs from round to round and from seed to seed", () => {
    const first = scheduleRound(7, 1, MINUTE, PACE);
    expect(scheduleRound(7, 2, MINUTE, PACE)).not.toEqual(first);
    expect(scheduleRound(8, 1, MINUTE, PACE)).not.toEqual(first);
  });

  it("is in the order of time, and within its round", () => {
    const times = scheduleRound(7, 1, MINUTE, PACE).map((entry) => entry.atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.every((at) => at >= 0 && at <= MINUTE)).toBe(true);
  });

  it("has every kind of fault and of request, if it is long enough", () => {
    const entries = scheduleRound(1, 1, 20 * MINUTE, PACE);
    expect(new Set(entries.filter(isFault).map((entry) => entry.fault)).size).toBe(17);
    expect(new Set(entries.filter((entry) => !isFault(entry)).map((entry) => ("wish" in entry ? entry.wish : null))).size).toBe(
      8,
    );
  });

  it("gives each request for a rollout an id of its own", () => {
    const ids = scheduleRound(1, 1, 20 * MINUTE, PACE).flatMap((entry) => ("id" in entry ? [entry.id] : []));
    expect(new Set(ids).size).toBe(ids.length);
  });
});
