import { describe, expect, it } from "vitest";
import { Draft } from "./draft";
import { FRESH_PROGRESS, type Progress, type Rollout, type Target } from "./rollout-state";
import { resolveStrategy, type StrategyChoice } from "./strategy";
import { aRollout, aTarget } from "./testing/facts";
import { giveUpOnTime, noticeFallen } from "./watching";

const NOW = 1_000_000;
const FELL = NOW - 1_000;
type Change = Parameters<typeof aTarget>[1];

const progress = (change: Partial<Progress> = {}): Progress => ({ ...FRESH_PROGRESS, wave: 1, packageReady: true, ...change });
const verified = (instance: string, change: Change = {}) =>
  aTarget(instance, { status: "succeeded", changed: true, endedAt: FELL - 1, versionNow: "2", ...change });

describe("an instance that does not answer any more", () => {
  function fell(
    rollout: Partial<Rollout>,
    target: Target,
    how: { readonly at?: number; readonly restarted?: boolean } = {},
  ): Draft {
    const draft = new Draft(aRollout({ status: "baking", ...rollout }), [target, verified("b")], NOW);
    const { instance } = target;
    noticeFallen(draft, {
      fallen: new Map([[instance, how.at ?? FELL]]),
      restarted: new Set(how.restarted === true ? [instance] : []),
    });
    return draft;
  }
  const told = (draft: Draft) => draft.events.map(({ code }) => code);

  it.each(["baking", "running"] as const)("has failed in its own wave's bake: %s", (status) => {
    const draft = fell({ status }, verified("a"));
    expect(draft.targets.get("a")).toMatchObject({
      status: "failed",
      endedAt: NOW,
      failure: { step: "bake", code: "fell_over_in_bake", params: { wave: 1 }, evidence: null },
      memory: { runsNew: true },
    });
    expect(draft.events).toMatchObject([{ code: "target_failed", params: { instance: "a", version: "2", version_now: "2" } }]);
  });

  it("has failed, too, when its host started it again at once", () =>
    expect(fell({}, verified("a"), { restarted: true }).targets.get("a")).toMatchObject({ failure: { code: "restarted" } }));

  it.each<[string, Partial<Rollout>, Change, number?]>([
    ["of a rollback", { kind: "rollback" }, {}],
    ["of one that goes back already", { progress: progress({ reversed: true }) }, {}],
    ["of one that is aborted", { progress: progress({ aborting: true }) }, {}],
    ["of one that stops", { progress: progress({ stopping: true }) }, {}],
    ["while files are brought", { status: "preparing" }, {}],
    ["while it is paused", { status: "paused" }, {}],
    ["while it goes back", { status: "rolling_back" }, {}],
    ["and has failed already", {}, { status: "failed" }],
    ["and ran the version before", {}, { changed: false }],
    ["and belongs to another rollout by now", {}, { holding: false }],
    ["and fell before it was verified", {}, { endedAt: FELL + 1 }],
  ])("is left alone %s", (_, rollout, target) => {
    const draft = fell(rollout, verified("a", target));
    expect(told(draft)).toEqual([]);
    expect(draft.dirty.size).toBe(0);
  });

  it("counts from the moment that it was verified on", () =>
    expect(told(fell({}, verified("a", { endedAt: FELL })))).toEqual(["target_failed"]));

  it("is none of this rollout's: nothing happens", () => {
    const draft = new Draft(aRollout({ status: "baking" }), [verified("b")], NOW);
    noticeFallen(draft, { fallen: new Map([["stranger", FELL]]), restarted: new Set() });
    expect(told(draft)).toEqual([]);
  });

  it.each([
    [false, {}],
    [true, { restarted: true }],
  ])("of an earlier wave is an alarm and a pause, once (restarted: %s)", (restarted, how) => {
    const earlier = { status: "baking", progress: progress({ wave: 2 }) } as const;
    const draft = fell(earlier, verified("a"), { restarted });
    expect(draft.events[0]).toMatchObject({ code: "bake_alarm", instance: "a" });
    expect(draft.events[0]?.params).toEqual({ instance: "a", wave: 1, ...how });
    expect(draft.rollout).toMatchObject({
      status: "paused",
      statusReason: { code: "bake_alarm", params: { instance: "a", ...how } },
      progress: { alarmed: ["a"] },
    });
    expect(draft.targets.get("a")?.status).toBe("succeeded");
    expect(told(fell({ ...earlier, progress: progress({ wave: 2, alarmed: ["a"] }) }, verified("a")))).toEqual([]);
  });
});

describe("time", () => {
  function given(rollout: Partial<Rollout>, targets: readonly Target[], choice: StrategyChoice = {}): Draft {
    const strategy = resolveStrategy(
      rollout.kind ?? "deployment",
      4,
      { stageTimeoutS: 60, unknownWaitSeconds: 30, ...choice },
      {},
    );
    const draft = new Draft(aRollout({ strategy, ...rollout }), targets, NOW, new Set(["a"]));
    giveUpOnTime(draft);
    return draft;
  }
  const staging = (seconds: number | null, change: Change = {}) =>
    aTarget("a", {
      status: "staging",
      ...change,
      memory: { since: seconds === null ? null : NOW - seconds * 1000, ...change?.memory },
    });

  describe("that a release takes to come to its host", () => {
    it("is over at its limit", () => {
      const draft = given({}, [staging(60)]);
      expect(draft.targets.get("a")).toMatchObject({
        status: "failed",
        failure: { step: "stage", code: "stage_timeout", params: { seconds: 60 }, evidence: null },
      });
      expect([...draft.voided]).toEqual(["a"]);
    });

    it.each<[string, Partial<Rollout>, Target]>([
      ["before it", {}, staging(59.999)],
      ["when none is brought", {}, staging(null)],
      ["when it is there", {}, staging(60, { status: "staged" })],
      ["for another rollout's instance", {}, staging(60, { holding: false })],
      ["in a rollback, which waits", { kind: "rollback" }, staging(60)],
      ["on the way back, which waits", { status: "rolling_back" }, staging(60, { direction: "back" })],
      ["while it is paused", { status: "paused" }, staging(60)],
    ])("is not over %s", (_, rollout, target) => expect(given(rollout, [target]).targets.get("a")?.status).toBe(target.status));
  });

  describe("that a host may be silent", () => {
    const silent = (instance: string, seconds: number, change: Change = {}) =>
      aTarget(instance, { status: "unknown", ...change, memory: { began: true, since: NOW - seconds * 1000 } });
    const done = verified("z");
    const ended = (rollout: Partial<Rollout>, targets: readonly Target[], choice?: StrategyChoice) =>
      given(rollout, [...targets, done], { maxFailed: 4, ...choice }).rollout.completedAt !== null ||
      given(rollout, [...targets, done], { maxFailed: 4, ...choice }).debts.length > 0;

    it("is over at its limit, when nothing else is to be waited for", () => expect(ended({}, [silent("a", 30)])).toBe(true));
    it("is not over before it", () => expect(ended({}, [silent("a", 29.999)])).toBe(false));
    it("is not over for another rollout's instance", () => expect(ended({}, [silent("a", 30, { holding: false })])).toBe(false));
    it("is not over while another host has some left", () => expect(ended({}, [silent("a", 30), silent("b", 29)])).toBe(false));
    it("is not over while others wait for their turn", () =>
      expect(ended({}, [silent("a", 30), aTarget("b", { status: "staged" })])).toBe(false));
    it("is not over while others change", () =>
      expect(ended({}, [silent("a", 30), aTarget("b", { status: "switching", memory: { began: true } })])).toBe(false));
    it("waits for none that another rollout has taken", () =>
      expect(ended({}, [silent("a", 30), aTarget("b", { status: "staged", holding: false })])).toBe(true));
    it.each(["aborting", "stopping"] as const)("waits in one that is %s only for what is under way", (word) => {
      const early = { progress: progress({ [word]: true }) };
      expect(ended(early, [silent("a", 30), aTarget("b", { status: "staged" })])).toBe(true);
      expect(ended(early, [silent("a", 30), aTarget("b", { status: "switching", memory: { began: true } })])).toBe(false);
    });
    it("is not over while everything is still to be put back", () => {
      const tooMany = [silent("a", 30), aTarget("b", { status: "failed", failure: null, memory: { began: true } })];
      expect(ended({}, tooMany, { maxFailed: 0, onFailure: "roll_back" })).toBe(false);
      expect(ended({}, tooMany, { maxFailed: 0, onFailure: "pause" })).toBe(true);
    });
  });
});
