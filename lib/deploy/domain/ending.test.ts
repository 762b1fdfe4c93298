import { describe, expect, it } from "vitest";
import type { ServiceLoad } from "./budget";
import { Draft } from "./draft";
import { endUnknown, finish, finishEarly, finishReversal, isInFlight } from "./ending";
import { FRESH_PROGRESS, type Rollout, type Target } from "./rollout-state";
import { resolveStrategy } from "./strategy";
import { aRollout, aTarget } from "./testing/facts";

const ROOM: ServiceLoad = { baseline: 100, down: [], changing: 0 };
const PAUSED_BY = { code: "by_person", params: { by: "ann" } };

const draftOf = (rollout: Partial<Rollout>, targets: readonly Target[], pending: readonly string[] = []) =>
  new Draft(aRollout({ startedAt: 1, ...rollout }), targets, 1_000, new Set(pending));
const progress = (change: Partial<Rollout["progress"]>) => ({ ...FRESH_PROGRESS, wave: 1, packageReady: true, ...change });
const ended = ({ rollout }: Draft) => [rollout.status, rollout.statusReason];

const good = (instance: string) => aTarget(instance, { status: "succeeded", changed: true });
const failed = (instance: string, change: Parameters<typeof aTarget>[1] = {}) =>
  aTarget(instance, { status: "failed", ...change });
const lost = (instance: string) => aTarget(instance, { status: "taken_over", holding: false });

describe("a deployment that has gone through its waves", () => {
  const allowing = (maxFailed: number) => ({ strategy: resolveStrategy("deployment", 4, { maxFailed }, {}) });
  it.each<[string, Partial<Rollout>, readonly Target[], unknown]>([
    ["all verified", {}, [good("a"), good("b")], ["succeeded", null]],
    ["as many failed as are tolerated", allowing(1), [good("a"), failed("b")], ["succeeded", null]],
    [
      "one more failed",
      allowing(1),
      [good("a"), failed("b"), failed("c")],
      ["failed", { code: "failures_exceeded", params: { failed: 2, allowed: 1 } }],
    ],
    [
      "what is not known is no success",
      {},
      [good("a"), aTarget("b", { status: "unknown" })],
      ["failed", { code: "failures_exceeded", params: { failed: 1, allowed: 0 } }],
    ],
    [
      "none verified, though all may fail",
      allowing(9),
      [failed("a"), aTarget("b", { status: "skipped" })],
      ["failed", { code: "failures_exceeded", params: { failed: 1, allowed: 9 } }],
    ],
    ["what was taken over is not judged", {}, [good("a"), lost("b")], ["succeeded", null]],
    [
      "what was taken over is no success either",
      {},
      [lost("a"), lost("b")],
      ["failed", { code: "failures_exceeded", params: { failed: 0, allowed: 0 } }],
    ],
  ])("%s", (_, rollout, targets, end) => {
    const draft = draftOf(rollout, targets);
    finish(draft);
    expect(ended(draft)).toEqual(end);
  });
});

describe("a rollback that has gone through its waves", () => {
  it.each<[string, readonly Target[], unknown]>([
    ["every target verified", [good("a"), good("b")], ["succeeded", null]],
    ["one failed", [good("a"), failed("b")], ["failed", { code: "rollback_incomplete", params: { failed: 1 } }]],
    [
      "one cannot be known",
      [good("a"), good("b"), aTarget("c", { status: "unknown" })],
      ["failed", { code: "rollback_incomplete", params: { failed: 1 } }],
    ],
    [
      "one was never begun",
      [good("a"), aTarget("b", { status: "skipped" })],
      ["failed", { code: "rollback_incomplete", params: { failed: 1 } }],
    ],
    ["one was taken over by a later one", [good("a"), lost("b")], ["succeeded", null]],
  ])("%s", (_, targets, end) => {
    const draft = draftOf({ kind: "rollback" }, targets);
    finish(draft);
    expect(ended(draft)).toEqual(end);
  });
});

describe("one that begins nothing more", () => {
  const stopping = { statusReason: PAUSED_BY, progress: progress({ stopping: true }) };
  const aborting = { statusReason: PAUSED_BY, progress: progress({ aborting: true }) };
  const changing = aTarget("b", { status: "switching", memory: { began: true } });

  it("ends at once when nothing is in flight, with what it was stopped for", () => {
    for (const [rollout, status] of [
      [aborting, "cancelled"],
      [stopping, "failed"],
    ] as const) {
      const draft = draftOf(
        rollout,
        [good("a"), aTarget("b"), aTarget("c", { status: "staging" }), aTarget("d", { status: "staged" })],
        ["c"],
      );
      finishEarly(draft);
      expect(ended(draft)).toEqual([status, PAUSED_BY]);
      expect([...draft.targets.values()].map((target) => target.status)).toEqual(["succeeded", "skipped", "skipped", "skipped"]);
      expect([...draft.voided]).toEqual(["c"]);
      expect(draft.steps.size).toBe(0);
    }
  });

  it("asks nothing else of what is in flight than how it ends, and gives up files that are on their way", () => {
    const draft = draftOf(aborting, [changing, aTarget("d", { status: "staged" })], ["d"]);
    finishEarly(draft);
    expect(draft.steps.size).toBe(0);
    expect([...draft.voided]).toEqual(["d"]);
  });

  it("waits for what is in flight, and gives up what only waited", () => {
    const draft = draftOf(aborting, [aTarget("a", { status: "staging" }), changing], ["a", "b"]);
    finishEarly(draft);
    expect(ended(draft)).toEqual(["running", PAUSED_BY]);
    expect([...draft.voided]).toEqual(["a"]);
  });

  it("asks how an older change ended that nobody was told of, before it ends", () => {
    const inFlight = {
      tx: "ro-0:1",
      rollout: "ro-0",
      attempt: 1,
      to: { version: "3", revision: 1 },
      opener: "deployment",
      own: false,
    } as const;
    const asks = aTarget("a", { memory: { inFlight, unanswered: 2 } });
    const draft = draftOf(aborting, [asks]);
    finishEarly(draft);
    expect(ended(draft)).toEqual(["running", PAUSED_BY]);
    expect(draft.steps.get("a")).toEqual({ instance: "a", kind: "fence", delayMs: 1_000 });
    const notOurs = draftOf(aborting, [aTarget("a", { holding: false, memory: { inFlight } })]);
    finishEarly(notOurs);
    expect(ended(notOurs)[0]).toBe("cancelled");
  });

  it.each<[string, Target, boolean]>([
    ["being changed", changing, true],
    ["being verified", aTarget("a", { status: "verifying" }), true],
    ["not known", aTarget("a", { status: "unknown" }), true],
    ["only waiting", aTarget("a", { status: "staged" }), false],
    ["settled", good("a"), false],
    ["another rollout's", { ...changing, holding: false }, false],
  ])("in flight or not: %s", (_, target, isIt) => expect(isInFlight(draftOf({}, [target]), target)).toBe(isIt));
});

describe("one that has put back", () => {
  const reversing = { status: "rolling_back", statusReason: PAUSED_BY } as const;
  const back = (instance: string, status: Target["status"]) => aTarget(instance, { status, direction: "back", changed: true });
  const NOT_BACK = { code: "rollback_incomplete", params: { failed: 1 } };
  it.each<[string, readonly Target[], unknown]>([
    ["all of it", [back("a", "put_back"), aTarget("b", { status: "skipped" })], ["rolled_back", PAUSED_BY]],
    ["but for one that failed to come back", [back("a", "put_back"), back("b", "failed")], ["failed", NOT_BACK]],
    ["but for one that keeps the new version", [back("a", "put_back"), good("b")], ["failed", NOT_BACK]],
    [
      "what ran the version already is as it was",
      [aTarget("a", { status: "succeeded", changed: false })],
      ["rolled_back", PAUSED_BY],
    ],
    [
      "what was only started anew is as it was",
      [aTarget("a", { status: "succeeded", changed: true, to: { version: "1", revision: 1 } })],
      ["rolled_back", PAUSED_BY],
    ],
    ["what its host put back is back", [failed("a", { memory: { began: true }, versionNow: "1" })], ["rolled_back", PAUSED_BY]],
    ["where nothing runs it is not", [failed("a", { memory: { began: true }, versionNow: null })], ["failed", NOT_BACK]],
    ["what never began is as it was", [failed("a", { memory: { began: false }, versionNow: null })], ["rolled_back", PAUSED_BY]],
    [
      "what still runs the new version is not back",
      [failed("a", { memory: { runsNew: true }, versionNow: "2" })],
      ["failed", NOT_BACK],
    ],
    [
      "what had no earlier version had no way back: that is no reversal that failed",
      [
        back("a", "put_back"),
        failed("b", { from: null, memory: { began: true }, versionNow: null }),
        { ...good("c"), from: null },
      ],
      ["failed", { code: "no_earlier_version", params: { failed: 2 } }],
    ],
    [
      "one that had an earlier version and is not back is the trouble to tell",
      [back("a", "failed"), failed("b", { from: null, memory: { began: true }, versionNow: null })],
      ["failed", { code: "rollback_incomplete", params: { failed: 2 } }],
    ],
    ["what another rollout has is that one's", [{ ...good("a"), holding: false }], ["rolled_back", PAUSED_BY]],
  ])("%s", (_, targets, end) => {
    const draft = draftOf(reversing, targets);
    finishReversal(draft, ROOM);
    expect(ended(draft)).toEqual(end);
  });

  it("not yet, while one of them is on its way", () => {
    const draft = draftOf(reversing, [back("a", "put_back"), back("b", "switching")], ["b"]);
    finishReversal(draft, ROOM);
    expect(ended(draft)).toEqual(["rolling_back", PAUSED_BY]);
  });
});

describe("one of which only silent hosts are left, their time being up", () => {
  const silent = aTarget("b", { status: "unknown", memory: { began: true, since: 0 } });
  it.each<[string, Partial<Rollout>, unknown]>([
    ["aborted", { statusReason: PAUSED_BY, progress: progress({ aborting: true }) }, ["cancelled", PAUSED_BY]],
    ["stopped", { statusReason: PAUSED_BY, progress: progress({ stopping: true }) }, ["failed", PAUSED_BY]],
    [
      "putting back",
      { status: "rolling_back", statusReason: PAUSED_BY },
      ["failed", { code: "rollback_incomplete", params: { failed: 1 } }],
    ],
    ["running", {}, ["failed", { code: "failures_exceeded", params: { failed: 1, allowed: 0 } }]],
    ["paused: a person decides", { status: "paused", statusReason: PAUSED_BY }, ["paused", PAUSED_BY]],
  ])("%s", (_, rollout, end) => {
    const draft = draftOf(rollout, [aTarget("a", { status: "put_back", direction: "back" }), silent]);
    endUnknown(draft);
    expect(ended(draft)).toEqual(end);
  });
});
