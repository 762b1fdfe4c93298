import { describe, expect, it } from "vitest";
import { Draft } from "./draft";
import type { Rollout, Target } from "./rollout-state";
import { FRESH_PROGRESS } from "./rollout-state";
import type { ScheduleDecision } from "./schedule";
import { ENDED_ROLLOUT_STATUSES } from "./statuses";
import { aRollout, aTarget } from "./testing/facts";
import { isAtRest, waitingFor, waitingWhileScheduled, wakeAt } from "./waiting";

const LOAD = { baseline: 4, down: ["x", "y"], changing: 1 };
const progress = (change: Partial<Rollout["progress"]>) => ({ ...FRESH_PROGRESS, wave: 1, packageReady: true, ...change });
const silent = (instance: string, since: number): Target =>
  aTarget(instance, { status: "unknown", memory: { since, began: true } });

describe("what a live rollout waits for", () => {
  it.each<[string, Partial<Rollout>, readonly Target[], object]>([
    [
      "its package",
      { status: "preparing", progress: progress({ packageReady: false }) },
      [aTarget("a")],
      { code: "packages", until: null },
    ],
    [
      "files on hosts",
      { status: "preparing" },
      [aTarget("a", { status: "staging" }), aTarget("b", { status: "staged" }), aTarget("c"), aTarget("d", { status: "failed" })],
      { code: "preparing", params: { left: 2, total: 4 } },
    ],
    [
      "hosts to say what runs there, of a rollback, which has no package of its own",
      { kind: "rollback", status: "preparing", progress: progress({ packageReady: false }) },
      [aTarget("a")],
      { code: "preparing", params: { left: 1, total: 1 } },
    ],
    [
      "instances that are verified, before hosts that are silent",
      { status: "running" },
      [silent("a", 1_000), aTarget("b", { status: "verifying" })],
      { code: "instances", params: { wave: 1, count: 1 } },
    ],
    [
      "a person, nobody knows why",
      { status: "paused", statusReason: null },
      [aTarget("a")],
      { code: "person", params: { why: null } },
    ],
    [
      "instances that change",
      { status: "running" },
      [aTarget("a", { status: "switching" })],
      { code: "instances", params: { wave: 1, count: 1 } },
    ],
    [
      "room",
      { status: "running", progress: progress({ starvedSince: 5 }) },
      [aTarget("a", { status: "staged" })],
      { code: "min_healthy", params: { down: 2, allowed: 2 } },
    ],
    [
      "the bake, and which wave is next",
      { status: "baking", progress: progress({ bakeUntil: 9_000 }) },
      [aTarget("a", { status: "succeeded" }), aTarget("b", { wave: 2 })],
      { code: "bake", params: { wave: 1, next: 2 }, until: 9_000 },
    ],
    [
      "the last bake",
      { status: "baking", progress: progress({ bakeUntil: 9_000 }) },
      [aTarget("a", { status: "succeeded" })],
      { code: "bake", params: { next: null } },
    ],
    [
      "a gate",
      { status: "paused", statusReason: { code: "gate", params: { wave: 2 } } },
      [aTarget("a")],
      { code: "gate", params: { wave: 2 } },
    ],
    [
      "a person, and why",
      { status: "paused", statusReason: { code: "failures_exceeded", params: {} } },
      [aTarget("a")],
      { code: "person", params: { why: "failures_exceeded" } },
    ],
    [
      "a rollback in its grace",
      { status: "running", heldBy: "back" },
      [aTarget("a")],
      { code: "held_by", params: { rollout: "back" } },
    ],
    [
      "hosts that are silent, until the last of them is given up",
      { status: "running" },
      [silent("a", 1_000), silent("b", 2_000)],
      { code: "unknown_hosts", params: { hosts: ["host-a", "host-b"], count: 2 }, until: 302_000 },
    ],
    [
      "those that go back",
      { status: "rolling_back" },
      [
        aTarget("a", { direction: "back", status: "switching" }),
        aTarget("b", { direction: "back", status: "put_back" }),
        aTarget("c", { status: "staged" }),
        aTarget("d", { status: "failed" }),
      ],
      { code: "reverting", params: { left: 1 } },
    ],
  ])("%s", (_, rollout, targets, expected) => {
    expect(waitingFor(aRollout(rollout), targets, LOAD)).toMatchObject(expected);
  });

  it("an ended one waits for nothing, and is not looked at again", () => {
    for (const status of ENDED_ROLLOUT_STATUSES) {
      expect(waitingFor(aRollout({ status }), [aTarget("a")], LOAD)).toBeNull();
      expect(wakeAt(aRollout({ status }), [silent("a", 0)], 0)).toBeNull();
    }
  });
});

describe("what a rollout waits for before it begins", () => {
  const later = { strategy: { ...aRollout().strategy, startAt: "2026-11-28T20:00:00Z" } };
  it.each<[string, Partial<Rollout>, ScheduleDecision, object]>([
    ["its grace", {}, { kind: "wait", for: "time", until: 7 }, { code: "grace", params: {}, until: 7 }],
    ["its time", later, { kind: "wait", for: "time", until: 7 }, { code: "start_time", params: {}, until: 7 }],
    [
      "a rollback in its grace",
      { heldBy: "back" },
      { kind: "wait", for: "held_by", until: 7 },
      { code: "held_by", params: { rollout: "back" }, until: null },
    ],
    ["whoever holds its service", {}, { kind: "wait", for: "hold", until: null }, { code: "hold", params: {}, until: null }],
    [
      "others that have its instances",
      {},
      { kind: "wait", for: "busy", until: 7 },
      { code: "instances_busy", params: { rollout: "one", count: 2 }, until: 7 },
    ],
    ["a worker", {}, { kind: "begin" }, { code: "worker", params: {}, until: null }],
    ["a worker that takes over", {}, { kind: "take_over" }, { code: "worker", params: {}, until: null }],
  ])("%s", (_, rollout, decision, expected) =>
    expect(waitingWhileScheduled(aRollout({ status: "scheduled", ...rollout }), decision, ["one", "two"])).toEqual(expected),
  );

  it("is not told by what a live one waits for", () =>
    expect(waitingFor(aRollout({ status: "scheduled" }), [aTarget("a")], LOAD)).toBeNull());
});

describe("when it is looked at again though nothing is reported", () => {
  it.each<[string, Partial<Rollout>, readonly Target[], number | null]>([
    ["in a bake, every second", { status: "baking", progress: progress({ bakeUntil: 60_000 }) }, [], 51_000],
    ["at the end of the bake", { status: "baking", progress: progress({ bakeUntil: 50_300 }) }, [], 50_300],
    ["without room, every second", { progress: progress({ starvedSince: 1 }) }, [], 51_000],
    ["held back, every second", { heldBy: "back" }, [], 51_000],
    ["when staging has taken too long", {}, [aTarget("a", { status: "staging", memory: { since: 0 } })], 300_000],
    ["when a silent host is given up", {}, [silent("a", 10_000)], 310_000],
    ["when the first of several is due", {}, [silent("a", 20_000), silent("b", 10_000)], 310_000],
    ["not for a bake that is over", { status: "running", progress: progress({ bakeUntil: 60_000 }) }, [], null],
    ["not for a bake without an end", { status: "baking", progress: progress({ bakeUntil: null }) }, [], null],
    ["not for another rollout's instances", {}, [{ ...silent("a", 10_000), holding: false }], null],
    ["not for one that is ready", {}, [aTarget("a", { status: "staged", memory: { since: 0 } })], null],
    ["not for one that waits since never", {}, [aTarget("a", { status: "staging" })], null],
    ["a second later when it is due now", {}, [silent("a", -250_000)], 51_000],
    ["paused, not for these: nothing is given up by itself", { status: "paused" }, [silent("a", 10_000)], null],
    ["not at all, while only steps are under way", {}, [aTarget("a", { status: "switching" })], null],
  ])("%s", (_, rollout, targets, expected) => {
    expect(wakeAt(aRollout(rollout), targets, 50_000)).toBe(expected);
  });

  it("a time that has passed is no reason to look without pause", () => {
    expect(wakeAt(aRollout(), [silent("a", 10_000), aTarget("b", { status: "switching" })], 900_000)).toBe(901_000);
  });
});

describe("nobody needs to drive", () => {
  const at = (status: Rollout["status"], target: Partial<Target> = {}, pending: readonly string[] = []) =>
    new Draft(aRollout({ status }), [aTarget("a", target), aTarget("b", { status: "succeeded" })], 0, new Set(pending));

  it.each<[string, Draft, boolean]>([
    ["one that waits for a person", at("paused", { status: "staged" }), true],
    ["not one that moves", at("running", { status: "staged" }), false],
    ["not one whose files are still being brought", at("paused", { status: "staging" }, ["a"]), false],
    ["not one whose change is under way", at("paused", { status: "switching" }), false],
    ["not one whose host is asked again", at("paused", { status: "unknown" }), false],
    ["one whose silent host is another rollout's by now", at("paused", { status: "unknown", holding: false }), true],
  ])("%s", (_, draft, rests) => expect(isAtRest(draft)).toBe(rests));
});
