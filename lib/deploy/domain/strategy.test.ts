import { describe, expect, it } from "vitest";
import {
  type Amount,
  type Preset,
  resolveStrategy,
  type Share,
  type StrategyProblem,
  strategyProblems,
  toleratedOf,
  waveSizeOf,
} from "./strategy";

const NOW = new Date("2030-01-01T00:00:00Z");

describe("what a deployment does unless told otherwise", () => {
  it("one canary, waves of a quarter, ten at once, half a minute of bake, no failure, half of the service up, put back", () => {
    expect(resolveStrategy("deployment", 20, {}, {})).toEqual({
      canary: 1,
      waveSize: "25%",
      maxParallel: 10,
      bakeSeconds: 30,
      promotion: "auto",
      maxFailed: 0,
      minHealthy: "50%",
      onFailure: "roll_back",
      spread: true,
      startAt: null,
      graceSeconds: 0,
      stageTimeoutS: 300,
      unknownWaitSeconds: 300,
    });
  });

  it("the request wins over the service, the service over the kind", () => {
    const strategy = resolveStrategy("deployment", 20, { maxFailed: 2 }, { maxFailed: 1, bakeSeconds: 5 });
    expect(strategy).toMatchObject({ maxFailed: 2, bakeSeconds: 5, canary: 1 });
  });

  it("a field that is undefined was not chosen", () => {
    expect(resolveStrategy("deployment", 20, { maxFailed: undefined }, { maxFailed: 1 }).maxFailed).toBe(1);
  });
});

describe("what a rollback does unless told otherwise", () => {
  it("5% of those that serve first, then halves, fifty at once, no bake, pause", () => {
    const expected = {
      canary: "5%",
      waveSize: "50%",
      maxParallel: 50,
      bakeSeconds: 0,
      minHealthy: "50%",
      onFailure: "pause",
      promotion: "auto",
    };
    expect(resolveStrategy("rollback", 20, {}, {})).toMatchObject(expected);
  });

  it("the service's default is for deployments", () => {
    expect(resolveStrategy("rollback", 20, {}, { onFailure: "roll_back", bakeSeconds: 90 })).toMatchObject({
      onFailure: "pause",
      bakeSeconds: 0,
    });
  });

  it.each([
    [1, 2],
    [10, 2],
    [20, 2],
    [21, 3],
    [50, 5],
    [100, 10],
  ])("of %i instances it pauses at %i failures, and not before", (targets, pausesAt) => {
    expect(toleratedOf(resolveStrategy("rollback", targets, {}, {}).maxFailed, targets)).toBe(pausesAt - 1);
  });
});

describe("presets", () => {
  it.each<[Preset, object]>([
    ["canary", { canary: 1, waveSize: "25%", bakeSeconds: 30 }],
    ["rolling", { canary: 0, waveSize: "25%", bakeSeconds: 30 }],
    ["all_at_once", { canary: 0, waveSize: "100%", bakeSeconds: 0, minHealthy: "0%" }],
  ])("%s", (preset, expected) => {
    expect(resolveStrategy("deployment", 20, { preset }, {})).toMatchObject(expected);
  });

  it("all at once changes all of any fleet at once", () => {
    expect(resolveStrategy("deployment", 5_000, { preset: "all_at_once" }, {}).maxParallel).toBeGreaterThanOrEqual(5_000);
  });

  it("one that is chosen leaves the service's own choices behind; single fields still win over it", () => {
    expect(
      resolveStrategy("deployment", 20, { preset: "canary", maxFailed: 3 }, { bakeSeconds: 300, onFailure: "stop" }),
    ).toMatchObject({
      bakeSeconds: 30,
      onFailure: "roll_back",
      maxFailed: 3,
    });
  });

  it.each<Preset>(["canary", "rolling", "all_at_once"])("a rollback can be told %s: it still pauses on failure", (preset) => {
    const strategy = resolveStrategy("rollback", 20, { preset }, {});
    expect(strategy.onFailure).toBe("pause");
    expect(strategyProblems("rollback", strategy, NOW)).toEqual([]);
  });
});

describe("amounts", () => {
  it.each<[Amount, number, number]>([
    [1, 20, 1],
    [3, 20, 3],
    [30, 20, 20],
    ["25%", 20, 5],
    ["25%", 21, 6],
    ["5%", 3, 1],
    ["100%", 7, 7],
    ["1%", 1, 1],
  ])("a wave of %s of %i instances is %i: rounded up, at least one, at most all", (amount, targets, size) => {
    expect(waveSizeOf(amount, targets)).toBe(size);
  });

  it.each<[Amount, number, number]>([
    [0, 20, 0],
    [2, 20, 2],
    ["10%", 19, 1],
    ["10%", 9, 0],
    ["100%", 9, 9],
  ])("%s of %i tolerates %i failures: rounded down", (amount, targets, tolerated) => {
    expect(toleratedOf(amount, targets)).toBe(tolerated);
  });
});

describe("what is refused", () => {
  const problemsOf = (change: object) =>
    strategyProblems("deployment", { ...resolveStrategy("deployment", 10, {}, {}), ...change }, NOW);

  it.each<[object, StrategyProblem]>([
    [{ canary: "0%" }, { field: "canary", code: "zero_share" }],
    [{ waveSize: "0%" }, { field: "waveSize", code: "zero_share" }],
    [{ maxFailed: "0%" }, { field: "maxFailed", code: "zero_share" }],
    [{ canary: "101%" }, { field: "canary", code: "above_all" }],
    [{ waveSize: "200%" }, { field: "waveSize", code: "above_all" }],
    [{ maxFailed: "101%" }, { field: "maxFailed", code: "above_all" }],
    [{ minHealthy: "100%" }, { field: "minHealthy", code: "min_healthy_all" }],
    [{ minHealthy: "101%" }, { field: "minHealthy", code: "above_all" }],
    [{ waveSize: 0 }, { field: "waveSize", code: "wave_size_zero" }],
    [{ startAt: "2029-12-31T23:58:00Z" }, { field: "startAt", code: "start_in_past" }],
  ])("%j", (change, problem) => {
    expect(problemsOf(change)).toEqual([problem]);
  });

  it.each<object>([
    { minHealthy: "0%" satisfies Share },
    { minHealthy: "99%" satisfies Share },
    { canary: 0 },
    { maxFailed: 0 },
    { startAt: "2029-12-31T23:59:30Z" },
    { startAt: "2029-12-31T23:59:00Z" },
    { canary: "100%" satisfies Share, waveSize: "1%" satisfies Share },
  ])("not %j", (change) => {
    expect(problemsOf(change)).toEqual([]);
  });

  it("a rollback that puts itself back", () => {
    const strategy = resolveStrategy("rollback", 10, { onFailure: "roll_back" }, {});
    expect(strategyProblems("rollback", strategy, NOW)).toEqual([{ field: "onFailure", code: "rollback_cannot_reverse" }]);
  });
});
