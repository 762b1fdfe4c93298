import { describe, expect, it } from "vitest";
import type { ServiceLoad } from "./budget";
import type { Draft } from "./draft";
import { decide } from "./machine";
import { FRESH_PROGRESS, type Rollout, type Target } from "./rollout-state";
import { resolveStrategy, type StrategyChoice } from "./strategy";
import { aRollout, aTarget } from "./testing/facts";
import { openGate } from "./wave";

const NOW = 1_000_000;
const ROOM: ServiceLoad = { baseline: 100, down: [], changing: 0 };
const FULL: ServiceLoad = { baseline: 4, down: ["x", "y"], changing: 1 };

function decided(rollout: Rollout, targets: readonly Target[], load = ROOM, pending: readonly string[] = []): Draft {
  const packages = { kind: "ready" } as const;
  return decide(rollout, targets, {
    now: NOW,
    load,
    fallen: new Map(),
    restarted: new Set(),
    packages,
    pending: new Set(pending),
    done: [],
  });
}

function running(kind: Rollout["kind"], choice: StrategyChoice = {}, change: Partial<Rollout> = {}): Rollout {
  return aRollout({ kind, strategy: resolveStrategy(kind, 4, choice, {}), startedAt: 1, ...change });
}

const staged = (instance: string, change: Parameters<typeof aTarget>[1] = {}) =>
  aTarget(instance, { status: "staged", ...change, memory: { fenced: true, onHost: true, ...change?.memory } });
const switching = (instance: string, change: Parameters<typeof aTarget>[1] = {}) =>
  aTarget(instance, { status: "switching", ...change, memory: { began: true, ...change?.memory } });
const begun = (draft: Draft): string => [...draft.steps.keys()].join(" ");
const progress = (change: Partial<Rollout["progress"]>) => ({ ...FRESH_PROGRESS, wave: 1, packageReady: true, ...change });

describe("changed at once", () => {
  it.each([
    [1, "a"],
    [2, "a b"],
    [3, "a b c"],
  ])("at most %i are begun", (maxParallel, expected) => {
    const draft = decided(running("deployment", { maxParallel }), [staged("a"), staged("b"), staged("c")]);
    expect(begun(draft)).toBe(expected);
  });

  it.each([
    [1, ""],
    [2, "b"],
    [3, "b c"],
  ])("of at most %i, those under way take their place", (maxParallel, expected) => {
    const draft = decided(running("deployment", { maxParallel }), [switching("a"), staged("b"), staged("c")], ROOM, ["a"]);
    expect(begun(draft)).toBe(expected);
  });

  it("a lack of places is no lack of room under min_healthy", () => {
    const draft = decided(running("deployment", { maxParallel: 1 }), [switching("a"), staged("b")], FULL, ["a"]);
    expect(draft.rollout.progress.starvedSince).toBeNull();
  });
});

describe("what costs room under min_healthy", () => {
  const alone = (kind: Rollout["kind"], target: Target, load = FULL) => begun(decided(running(kind), [target], load));

  it("one that serves", () => expect(alone("deployment", staged("a"))).toBe(""));
  it("one of which nobody knows whether it answered", () =>
    expect(alone("deployment", staged("a", { answeredBefore: null }))).toBe(""));
  it("not one that did not answer when the rollout began", () =>
    expect(alone("deployment", staged("a", { answeredBefore: false }))).toBe("a"));
  it("not a first version", () => expect(alone("deployment", staged("a", { from: null, answeredBefore: null }))).toBe("a"));
  it("a first version that answers all the same", () =>
    expect(alone("deployment", staged("a", { from: null, answeredBefore: true }))).toBe(""));
  it("not one that is counted as down already", () => expect(alone("deployment", staged("x"))).toBe("x"));
  it("not one that its host says is down", () => expect(alone("deployment", staged("a", { confirmedDown: true }))).toBe("a"));
  it("in a rollback also one that only the console cannot see", () =>
    expect(alone("rollback", staged("x", { answeredBefore: false }))).toBe(""));
  it("nothing is known of who is down", () => expect(alone("deployment", staged("a"), FULL)).toBe(""));

  it("each that costs takes one place of the room, each that does not takes none", () => {
    const load = { baseline: 4, down: [], changing: 0 };
    const targets = [
      staged("a", { answeredBefore: false }),
      staged("b"),
      staged("c"),
      staged("d"),
      staged("e", { from: null, answeredBefore: null }),
    ];
    expect(begun(decided(running("deployment"), targets, load))).toBe("a b c e");
  });
});

describe("a rollback", () => {
  const down = { confirmedDown: true } as const;

  it("begins with what its hosts say is down, from any wave, beyond max_parallel and room", () => {
    const targets = [staged("a"), staged("b", { ...down, wave: 2 }), staged("c", { ...down, wave: 3 })];
    expect(begun(decided(running("rollback", { maxParallel: 1 }), targets, FULL))).toBe("b c");
  });

  it("begins nothing that serves while one that was down is changed", () => {
    const draft = decided(running("rollback"), [switching("a", down), staged("b")], ROOM, ["a"]);
    expect(begun(draft)).toBe("");
  });

  it("goes on with those that serve when they are changed", () => {
    const draft = decided(running("rollback"), [switching("a"), staged("b"), staged("c", { confirmedDown: false })], ROOM, ["a"]);
    expect(begun(draft)).toBe("b c");
  });

  it("a deployment does not let the others wait for one that is down", () => {
    const draft = decided(running("deployment"), [switching("a", down), staged("b"), staged("c", { ...down, wave: 2 })], ROOM, [
      "a",
    ]);
    expect(begun(draft)).toBe("b");
  });

  it("does not pause for want of room, however long", () => {
    const rollout = running("rollback", {}, { progress: progress({ starvedSince: NOW - 900_000 }) });
    expect(decided(rollout, [staged("a")], FULL).rollout.status).toBe("running");
  });
});

describe("without room", () => {
  const starving = (since: number | null) => running("deployment", {}, { progress: progress({ starvedSince: since }) });

  it("it says so once", () => {
    const draft = decided(starving(null), [staged("a")], FULL);
    expect(draft.rollout.progress.starvedSince).toBe(NOW);
    expect(draft.events).toEqual([{ code: "min_healthy_waiting", params: { wave: 1 }, instance: null, actor: null }]);
    expect(decided(starving(NOW - 1), [staged("a")], FULL).events).toEqual([]);
  });

  it.each([
    [299_999, "running"],
    [300_000, "paused"],
  ])("after %i ms it is %s", (waited, status) => {
    const draft = decided(starving(NOW - waited), [staged("a")], FULL);
    expect(draft.rollout.status).toBe(status);
    if (status === "paused")
      expect(draft.rollout.statusReason).toEqual({ code: "min_healthy", params: { instances: ["x", "y"] } });
  });

  it("the wait is over as soon as one can be begun", () => {
    expect(decided(starving(NOW - 299_999), [staged("a")]).rollout.progress.starvedSince).toBeNull();
  });
});

describe("the end of a wave", () => {
  const done = (instance: string, change: Parameters<typeof aTarget>[1] = {}) =>
    aTarget(instance, { status: "succeeded", changed: true, versionNow: "2", ...change });
  const next = staged("z", { wave: 2 });
  const outcome = (targets: readonly Target[], choice: StrategyChoice = {}) => {
    const { rollout } = decided(running("deployment", { maxFailed: 4, ...choice }), targets);
    return `${rollout.status} ${rollout.progress.wave}`;
  };

  it("is followed by a bake", () => {
    const draft = decided(running("deployment", { bakeSeconds: 30 }), [done("a"), next]);
    expect(draft.rollout).toMatchObject({ status: "baking", progress: { wave: 1, bakeUntil: NOW + 30_000 } });
    expect(draft.events).toMatchObject([{ code: "baking", params: { wave: 1, seconds: 30 } }]);
  });
  it("without bake_seconds the next one begins at once", () =>
    expect(outcome([done("a"), next], { bakeSeconds: 0 })).toBe("running 2"));
  it("where nothing was changed there is nothing to watch", () => {
    expect(outcome([done("a", { changed: false }), next])).toBe("running 2");
    expect(outcome([done("a", { status: "failed" }), next])).toBe("running 2");
  });
  it("what an earlier wave changed was watched in its own bake", () =>
    expect(
      decided(running("deployment", { maxFailed: 4 }, { progress: progress({ wave: 2 }) }), [
        done("a"),
        done("b", { wave: 2, changed: false }),
        aTarget("c", { wave: 3 }),
      ]).rollout,
    ).toMatchObject({ status: "running", progress: { wave: 3 } }));
  it("is not reached while one is under way", () => expect(outcome([done("a"), switching("b"), next])).toBe("running 1"));
  it("does not wait for a host that cannot be asked, but the last wave does", () => {
    const silent = aTarget("b", { status: "unknown", memory: { began: true, since: NOW } });
    expect(outcome([done("a"), silent, next], { bakeSeconds: 0 })).toBe("running 2");
    expect(outcome([done("a"), silent], { bakeSeconds: 0 })).toBe("running 1");
  });
  it("does not wait for what was taken over", () =>
    expect(outcome([done("a"), staged("b", { status: "waiting", holding: false }), next], { bakeSeconds: 0 })).toBe("running 2"));

  it.each([
    ["auto", 2, "running 2"],
    ["after_canary", 2, "paused 1"],
    ["each_wave", 2, "paused 1"],
    ["after_canary", 3, "running 3"],
    ["each_wave", 3, "paused 2"],
  ] as const)("with promotion %s the way to wave %i is %s", (promotion, wave, expected) => {
    const rollout = running("deployment", { promotion, bakeSeconds: 0 }, { progress: progress({ wave: wave - 1 }) });
    const draft = decided(rollout, [done("a", { wave: wave - 1 }), staged("z", { wave })]);
    expect(`${draft.rollout.status} ${draft.rollout.progress.wave}`).toBe(expected);
    expect(openGate(draft.rollout)).toBe(expected.startsWith("paused") ? wave : null);
  });

  it("a gate that is open stays open", () => {
    const rollout = running("deployment", { promotion: "each_wave", bakeSeconds: 0 }, { progress: progress({ gates: [2] }) });
    expect(decided(rollout, [done("a"), next]).rollout.progress.wave).toBe(2);
  });
});

describe("the gate that is waited at", () => {
  it.each([
    ["paused", { code: "gate", params: { wave: 2 } }, 2],
    ["running", { code: "gate", params: { wave: 2 } }, null],
    ["paused", { code: "bake_alarm", params: { wave: 2 } }, null],
    ["paused", { code: "gate", params: {} }, null],
    ["paused", null, null],
  ] as const)("%s, %j: %s", (status, statusReason, gate) => {
    expect(openGate(aRollout({ status, statusReason }))).toBe(gate);
  });
});

describe("what a rollout has changed", () => {
  it("is something as soon as another release is switched to", () => {
    expect(decided(running("deployment"), [staged("a")]).rollout.changed).toBe(true);
  });
  it("is nothing where the same release is started again", () => {
    const same = { version: "2", revision: 1 };
    expect(decided(running("deployment"), [staged("a", { from: same, to: same })]).rollout.changed).toBe(false);
  });
});
