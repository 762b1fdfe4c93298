import { describe, expect, it } from "vitest";
import { aRollout, aTarget } from "./testing";
import { countByStatus, density, groupByWave, toLookAt, versionsNow } from "./wave-groups";

describe("how densely instances are drawn", () => {
  it.each([
    [1, "tiles"],
    [60, "tiles"],
    [61, "cells"],
    [600, "cells"],
    [601, "counts"],
    [10_000, "counts"],
  ])("%i instances: %s", (total, drawn) => {
    expect(density(total)).toBe(drawn);
  });
});

describe("waves", () => {
  const waves = [
    { number: 1, size: 1, done: 1, failed: 0, canary: true },
    { number: 2, size: 2, done: 1, failed: 1, canary: false },
    { number: 3, size: 2, done: 0, failed: 0, canary: false },
  ];
  const targets = [
    aTarget("api-10", { wave: 2, status: "failed" }),
    aTarget("api-2", { wave: 2, status: "verifying" }),
    aTarget("api-1", { wave: 1, status: "succeeded" }),
    aTarget("api-3", { wave: 3 }),
  ];

  it("come in order, each with its instances by name as people count", () => {
    const grouped = groupByWave(aRollout({ waves, wave: 2 }), targets);
    expect(grouped.map((wave) => wave.targets.map((target) => target.instance_id))).toEqual([
      ["api-1"],
      ["api-2", "api-10"],
      ["api-3"],
    ]);
    expect(grouped.map((wave) => wave.state)).toEqual(["done", "now", "next"]);
    expect(grouped.map((wave) => wave.settled)).toEqual([1, 1, 0]);
    expect(grouped.map((wave) => [wave.done, wave.failed])).toEqual([
      [1, 0],
      [0, 1],
      [0, 0],
    ]);
  });

  it("tell their progress by the rollout's own counts until the targets are loaded", () => {
    expect(groupByWave(aRollout({ waves, wave: 2 }), []).map((wave) => wave.settled)).toEqual([1, 2, 0]);
  });

  it("are all over once the rollout has ended, wherever it was", () => {
    const grouped = groupByWave(aRollout({ waves, wave: 2, completed_at: "2026-11-22T14:40:00Z" }), targets);
    expect(grouped.map((wave) => wave.state)).toEqual(["done", "done", "done"]);
  });

  it("say which of them were never begun", () => {
    const ended = { waves, wave: 2, completed_at: "2026-11-22T14:40:00Z" };
    const left = [aTarget("api-3", { wave: 3, status: "skipped" }), aTarget("api-4", { wave: 3, status: "skipped" })];
    expect(groupByWave(aRollout(ended), [...targets.slice(0, 3), ...left]).map((wave) => wave.untouched)).toEqual([
      false,
      false,
      true,
    ]);
  });

  it("are counted by status, and what needs a look is kept apart", () => {
    expect(countByStatus(targets)).toEqual([
      ["failed", 1],
      ["verifying", 1],
      ["succeeded", 1],
      ["waiting", 1],
    ]);
    expect(toLookAt(targets).map((target) => target.instance_id)).toEqual(["api-10", "api-2"]);
  });
});

describe("what runs now", () => {
  it("is what was last seen, else what the status implies, else not known", () => {
    const targets = [
      aTarget("a", { status: "succeeded", version_now: "2.4.0" }),
      aTarget("b", { status: "succeeded", version_now: null }),
      aTarget("c", { status: "waiting", version_now: null }),
      aTarget("d", { status: "unknown", version_now: null }),
      aTarget("e", { status: "failed", version_now: "2.3.9" }),
      aTarget("f", { status: "skipped", version_now: null }),
    ];
    expect(versionsNow(targets)).toEqual([
      { runs: "version", version: "2.3.9", instances: 3 },
      { runs: "version", version: "2.4.0", instances: 2 },
      { runs: "unknown", version: null, instances: 1 },
    ]);
  });

  it("is nothing where no version ran before and none was started, or the first one failed: that is known", () => {
    const targets = [
      aTarget("a", { status: "failed", from_version: null, version_now: null }),
      aTarget("b", { status: "failed", from_version: "2.3.9", version_now: null }),
      aTarget("c", { status: "waiting", from_version: null, version_now: null }),
      aTarget("d", { status: "switching", from_version: null, version_now: null }),
    ];
    expect(versionsNow(targets)).toEqual([
      { runs: "nothing", version: null, instances: 3 },
      { runs: "unknown", version: null, instances: 1 },
    ]);
  });
});
