import { describe, expect, it } from "vitest";
import type { ServiceLoad } from "./budget";
import { Draft } from "./draft";
import { judge, wantsReversal } from "./judging";
import { beginReversal, driveReversal } from "./reversal";
import { FRESH_PROGRESS, type InFlight, type Rollout, type Target } from "./rollout-state";
import { resolveStrategy, type StrategyChoice } from "./strategy";
import { aRollout, aTarget } from "./testing/facts";

const ROOM: ServiceLoad = { baseline: 100, down: [], changing: 0 };
const WHY = { code: "failures_exceeded", params: { failed: 1, allowed: 0 } };
const NONE = new Map<string, number>();

const draftOf = (rollout: Partial<Rollout>, targets: readonly Target[], pending: readonly string[] = []) =>
  new Draft(aRollout({ startedAt: 1, ...rollout }), targets, 1_000, new Set(pending));
const codes = (draft: Draft) => draft.events.map((event) => event.code);
const first = (change: Parameters<typeof aTarget>[1]) => aTarget("a", { from: null, ...change });
const inFlight: InFlight = {
  tx: "ro-1:1",
  rollout: "ro-1",
  attempt: 1,
  to: { version: "2", revision: 1 },
  opener: "deployment",
  own: true,
};

describe("when a deployment reverses itself, an instance", () => {
  it.each<[string, Target, string | null]>([
    ["that waits is left alone", aTarget("a"), "target_skipped"],
    ["to which files are brought is left alone", aTarget("a", { status: "staging" }), "target_skipped"],
    ["that is ready is left alone", aTarget("a", { status: "staged" }), "target_skipped"],
    [
      "that is ready again, after an older attempt changed it, goes back",
      aTarget("a", { status: "staged", memory: { runsNew: true } }),
      "target_putting_back",
    ],
    ["that is ready again and was new is stopped", first({ status: "staged", memory: { runsNew: true } }), "target_stopping"],
    ["of whose older change nobody was told goes back", aTarget("a", { memory: { inFlight } }), "target_putting_back"],
    ["that is being changed goes back", aTarget("a", { status: "switching", memory: { began: true } }), "target_putting_back"],
    ["that is being verified goes back", aTarget("a", { status: "verifying", memory: { began: true } }), "target_putting_back"],
    ["whose host is silent goes back", aTarget("a", { status: "unknown", memory: { began: true } }), "target_putting_back"],
    ["that is new and being changed has nowhere to go", first({ status: "switching", memory: { began: true } }), null],
    ["that was changed goes back", aTarget("a", { status: "succeeded", changed: true }), "target_putting_back"],
    ["that ran the version already stays", aTarget("a", { status: "succeeded", changed: false }), null],
    [
      "that was only started anew stays",
      aTarget("a", { status: "succeeded", changed: true, to: { version: "1", revision: 1 } }),
      null,
    ],
    ["that is new and healthy keeps what it has", first({ status: "succeeded", changed: true }), null],
    [
      "that fell over in its bake goes back",
      aTarget("a", { status: "failed", memory: { runsNew: true } }),
      "target_putting_back",
    ],
    ["that is new and fell over is stopped", first({ status: "failed", memory: { runsNew: true } }), "target_stopping"],
    ["that its host put back is left alone", aTarget("a", { status: "failed" }), null],
    ["that is back already is left alone", aTarget("a", { status: "put_back", changed: true }), null],
    ["that another rollout has is left alone", aTarget("a", { status: "succeeded", changed: true, holding: false }), null],
  ])("%s", (_, target, event) => {
    const draft = draftOf({}, [target]);
    beginReversal(draft, WHY, NONE);
    expect(codes(draft)).toEqual(["rolling_back", ...(event === null ? [] : [event])]);
    const after = draft.targets.get("a");
    const goes = event === "target_putting_back" || event === "target_stopping";
    expect(after).toMatchObject(
      goes
        ? { status: "waiting", direction: "back", attempt: target.attempt + 1, generation: target.generation + 1 }
        : { status: event === "target_skipped" ? "skipped" : target.status, direction: "forward", attempt: target.attempt },
    );
  });

  it("that is new and does not answer by now is stopped, and says that it fell over", () => {
    const draft = draftOf({}, [first({ status: "succeeded", changed: true })]);
    beginReversal(draft, WHY, new Map([["a", 900]]));
    expect(draft.targets.get("a")).toMatchObject({
      direction: "back",
      failure: { step: "bake", code: "fell_over_in_bake", params: { wave: 1 } },
    });
    expect(draft.events.at(-1)).toMatchObject({
      code: "target_stopping",
      instance: "a",
      params: { instance: "a", version: "2" },
    });
  });

  it("under way: the way back asks first how that change ended, and holds nothing against what it finds", () => {
    const expectation = [{ version: "1", revision: 1 }];
    const draft = draftOf({}, [aTarget("a", { status: "switching", memory: { began: true, expect: expectation } })]);
    beginReversal(draft, WHY, NONE);
    expect(draft.targets.get("a")?.memory).toMatchObject({
      inFlight: { tx: "ro-1:1", own: true },
      expect: null,
      runsNew: false,
      began: false,
    });
    const settled = draftOf({}, [aTarget("a", { status: "succeeded", changed: true })]);
    beginReversal(settled, WHY, NONE);
    expect(settled.targets.get("a")?.memory).toMatchObject({ inFlight: null, runsNew: true });
  });

  it("that is stopped is asked first in the same way", () => {
    const draft = draftOf({}, [first({ status: "staged", memory: { inFlight, expect: [{ version: "1", revision: 1 }] } })]);
    beginReversal(draft, WHY, NONE);
    expect(draft.targets.get("a")?.memory).toMatchObject({ inFlight: { tx: "ro-1:1" }, expect: null, runsNew: false });
    const fell = draftOf({}, [first({ status: "failed", memory: { runsNew: true } })]);
    beginReversal(fell, WHY, NONE);
    expect(fell.targets.get("a")?.memory).toMatchObject({ inFlight: null, runsNew: true });
  });

  it("that has somewhere to go, or was not changed, is not stopped because it does not answer", () => {
    const down = new Map([["a", 900]]);
    for (const target of [
      aTarget("a", { status: "succeeded", changed: false }),
      first({ status: "succeeded", changed: false }),
    ]) {
      const draft = draftOf({}, [target]);
      beginReversal(draft, WHY, down);
      expect(codes(draft)).toEqual(["rolling_back"]);
    }
    const refused = draftOf({}, [first({ status: "failed" })]);
    beginReversal(refused, WHY, down);
    expect(codes(refused)).toEqual(["rolling_back"]);
  });

  it("is told why, once, and the wait for room and the bake are over", () => {
    const progress = { ...FRESH_PROGRESS, wave: 1, packageReady: true, bakeUntil: 9_000, starvedSince: 5 };
    const draft = draftOf({ status: "baking", progress }, [aTarget("a", { status: "staging" })], ["a"]);
    beginReversal(draft, WHY, NONE);
    expect(draft.rollout).toMatchObject({
      status: "rolling_back",
      statusReason: WHY,
      progress: { reversed: true, bakeUntil: null, starvedSince: null },
    });
    expect(draft.events[0]).toMatchObject({ code: "rolling_back", params: { why: "failures_exceeded", failed: 1, allowed: 0 } });
    expect([...draft.voided]).toEqual(["a"]);
  });
});

describe("on the way back", () => {
  const ready = (instance: string, change: Parameters<typeof aTarget>[1] = {}) =>
    aTarget(instance, { status: "staged", direction: "back", ...change });
  const driven = (targets: readonly Target[], load = ROOM, pending: readonly string[] = []) => {
    const draft = draftOf({ status: "rolling_back" }, targets, pending);
    const isDone = driveReversal(draft, load);
    return { isDone, steps: [...draft.steps.values()].map((step) => `${step.kind} ${step.instance}`) };
  };
  const noRoom = { baseline: 2, down: ["x"], changing: 1 };

  it("those that their hosts say are down go first, whatever room there is", () =>
    expect(driven([ready("a"), ready("b", { confirmedDown: true }), ready("c", { confirmedDown: true })], noRoom)).toEqual({
      isDone: false,
      steps: ["activate b", "activate c"],
    }));

  it("those that serve wait while one that was down is changed", () =>
    expect(driven([ready("a"), ready("b", { status: "switching", confirmedDown: true })], ROOM, ["b"]).steps).toEqual([]));

  it("one that serves may always go when nothing else is changed, and no more without room", () => {
    expect(driven([ready("a"), ready("b")], { ...noRoom, changing: 0 }).steps).toEqual(["activate a"]);
    expect(driven([ready("a"), ready("b")], noRoom).steps).toEqual([]);
    expect(driven([ready("a"), ready("b")]).steps).toEqual(["activate a", "activate b"]);
  });

  it("fifty at once at most", () => {
    const many = Array.from({ length: 60 }, (_, at) => ready(`i${at}`));
    expect(driven(many).steps).toHaveLength(50);
    const under = many.slice(0, 20).map((target) => ({ ...target, status: "switching" as const }));
    expect(
      driven(
        [...under, ...many.slice(20)],
        ROOM,
        under.map((target) => target.instance),
      ).steps,
    ).toHaveLength(30);
  });

  it("from then on a change may have begun on its host", () => {
    const draft = draftOf({ status: "rolling_back" }, [ready("a")]);
    driveReversal(draft, ROOM);
    expect(draft.targets.get("a")).toMatchObject({ status: "switching", memory: { began: true } });
  });

  it("one without an earlier version is stopped", () =>
    expect(driven([ready("a", { from: null, confirmedDown: true })]).steps).toEqual(["stop a"]));

  it("one whose files are still brought, or that another rollout has, is not changed", () => {
    expect(driven([ready("a")], ROOM, ["a"]).steps).toEqual([]);
    expect(driven([ready("a", { holding: false })])).toEqual({ isDone: true, steps: [] });
    expect(driven([ready("a", { direction: "forward" })]).steps).toEqual([]);
  });

  it("nothing is left to do when all are settled", () => {
    expect(driven([ready("a", { status: "put_back" }), ready("b", { status: "failed" })]).isDone).toBe(true);
    expect(driven([ready("a", { status: "put_back" }), ready("b", { status: "unknown" })], ROOM, ["b"]).isDone).toBe(false);
  });
});

describe("more failures than are tolerated", () => {
  const failing = (choice: StrategyChoice = {}, change: Partial<Rollout> = {}, began = true) =>
    draftOf({ strategy: resolveStrategy("deployment", 4, choice, {}), ...change }, [
      aTarget("a", { status: "failed", memory: { began } }),
      aTarget("b", { status: "succeeded", changed: true, memory: { began } }),
    ]);
  const judged = (draft: Draft) => {
    judge(draft, NONE);
    return [draft.rollout.status, draft.rollout.statusReason?.code ?? null, draft.rollout.progress.stopping];
  };

  it.each<[string, Draft, unknown]>([
    ["put back", failing(), ["rolling_back", "failures_exceeded", false]],
    ["pause", failing({ onFailure: "pause" }), ["paused", "failures_exceeded", false]],
    ["stop", failing({ onFailure: "stop" }), ["running", "failures_exceeded", true]],
    [
      "pause where nothing was switched, if a person decides",
      failing({ onFailure: "pause" }, {}, false),
      ["paused", "failures_exceeded", false],
    ],
    ["end at once where nothing was switched", failing({}, {}, false), ["failed", "failures_exceeded", false]],
    ["nothing where that many are tolerated", failing({ maxFailed: 1 }), ["running", null, false]],
    [
      "pause where it has reversed itself already",
      failing({}, { progress: { ...FRESH_PROGRESS, reversed: true } }),
      ["paused", "failures_exceeded", false],
    ],
    ["nothing while paused", failing({}, { status: "paused" }), ["paused", null, false]],
    ["nothing while it goes back", failing({}, { status: "rolling_back" }), ["rolling_back", null, false]],
    ["nothing while it is aborted", failing({}, { progress: { ...FRESH_PROGRESS, aborting: true } }), ["running", null, false]],
    ["nothing while a rollback is about to begin", failing({}, { heldBy: "back" }), ["running", null, false]],
    ["nothing after its end", failing({}, { status: "cancelled" }), ["cancelled", null, false]],
  ])("%s", (_, draft, outcome) => expect(judged(draft)).toEqual(outcome));

  it.each<[string, Draft, boolean]>([
    ["is to come", failing(), true],
    ["is not, where a person decides", failing({ onFailure: "pause" }), false],
    ["is not, within what is tolerated", failing({ maxFailed: 1 }), false],
    ["is not a second time", failing({}, { progress: { ...FRESH_PROGRESS, reversed: true } }), false],
    ["is not, when it was aborted", failing({}, { progress: { ...FRESH_PROGRESS, aborting: true } }), false],
    ["is not, when it was stopped", failing({}, { progress: { ...FRESH_PROGRESS, stopping: true } }), false],
    ["is not, of a rollback", failing({}, { kind: "rollback" }), false],
  ])("an automatic reversal %s", (_, draft, expected) => expect(wantsReversal(draft)).toBe(expected));
});
