import { describe, expect, it } from "vitest";
import type { PlanWire } from "@/lib/api/contract";
import { INERT_MS, idle, isInert, type RollbackEvent, type RollbackState, reduceRollback } from "./rollback-state";

const T = 1_000_000;
const later = T + INERT_MS;
const plan: PlanWire = {
  kind: "take_back",
  service: "checkout",
  takes_back: "ro-1",
  plan_token: "t2",
  targets: [],
  left_alone: [],
  waves: [],
  strategy: {
    canary: 1,
    wave_size: "50%",
    max_parallel: 50,
    bake_seconds: 0,
    promotion: "auto",
    max_failed: 0,
    min_healthy: "50%",
    on_failure: "pause",
    spread: true,
    start_at: null,
    grace_seconds: 5,
    stage_timeout_s: 300,
    unknown_wait_seconds: 300,
  },
  tone: "caution",
  cautions: [],
  refusal: null,
  on_hosts: { ready: 0, total: 0, bytes_to_move: 0 },
  expected: null,
  ran_well: [],
  replaces: [],
  holds: true,
  min_answering: 0,
};

const asking: RollbackState = { phase: "asking", rollbackId: "rb-1", inertUntil: T };
const sending: RollbackState = { phase: "sending", rollbackId: "rb-1" };
const unconfirmed: RollbackState = { phase: "unconfirmed", rollbackId: "rb-1", inertUntil: T };
const S = 50_000;
const accepted: RollbackState = { phase: "accepted", rolloutId: "rb-1", endsAt: T + 5000, knownAt: S, inertUntil: T };
const cancelling: RollbackState = { phase: "cancelling", rolloutId: "rb-1", endsAt: T + 5000, knownAt: S };
const running: RollbackState = { phase: "running", rolloutId: "rb-1", knownAt: S, inertUntil: T };
const mine = (endsAt: number | null) => ({ rolloutId: "rb-1", endsAt, mine: true });
const theirs = { rolloutId: "rb-other", endsAt: T + 5000, mine: false };
const everyState: readonly RollbackState[] = [
  idle("rb-1"),
  asking,
  { phase: "changed", rollbackId: "rb-1", plan, inertUntil: T },
  sending,
  unconfirmed,
  { phase: "refused", rollbackId: "rb-1", error: new Error("no"), inertUntil: T },
  accepted,
  cancelling,
  running,
];

describe("one-click rollback", () => {
  it.each<[string, RollbackState, RollbackEvent, RollbackState]>([
    ["green: one click sends", idle("rb-1"), { type: "pressed", now: T, asks: false }, sending],
    [
      "amber: the click opens the plan",
      idle("rb-1"),
      { type: "pressed", now: T, asks: true },
      { phase: "asking", rollbackId: "rb-1", inertUntil: later },
    ],
    ["amber: confirming sends, with the same id", asking, { type: "confirmed", now: T }, sending],
    [
      "amber: closing the plan starts nothing",
      asking,
      { type: "dismissed", now: T },
      { phase: "idle", rollbackId: "rb-1", inertUntil: later },
    ],
    [
      "accepted: it counts down",
      sending,
      { type: "answered", now: T, knownAt: S, underWay: mine(T + 5000) },
      { ...accepted, inertUntil: later },
    ],
    [
      "accepted without a grace: it runs",
      sending,
      { type: "answered", now: T, knownAt: S, underWay: mine(null) },
      { ...running, inertUntil: later },
    ],
    [
      "the answer took longer than the grace: it runs",
      sending,
      { type: "answered", now: T, knownAt: S, underWay: mine(T - 1) },
      { ...running, inertUntil: later },
    ],
    [
      "someone else's rollback answers: it is watched",
      sending,
      { type: "answered", now: T, knownAt: S, underWay: theirs },
      { ...running, rolloutId: "rb-other", inertUntil: later },
    ],
    [
      "no answer: not confirmed",
      sending,
      { type: "unanswered", now: T },
      { phase: "unconfirmed", rollbackId: "rb-1", inertUntil: later },
    ],
    ["retry sends the same id", unconfirmed, { type: "retried", now: T }, sending],
    [
      "facts changed: the new plan asks",
      sending,
      { type: "plan_changed", now: T, plan },
      { phase: "changed", rollbackId: "rb-1", plan, inertUntil: later },
    ],
    ["cancel within the grace", accepted, { type: "cancel_pressed", now: T }, cancelling],
    [
      "cancelled: the next rollback has a new id",
      cancelling,
      { type: "cancelled", now: T, nextId: "rb-2" },
      { phase: "idle", rollbackId: "rb-2", inertUntil: later },
    ],
    [
      "cancel not delivered, grace lasting: try again",
      cancelling,
      { type: "cancel_failed", now: T },
      { ...accepted, inertUntil: later },
    ],
    [
      "cancel too late: it runs",
      cancelling,
      { type: "cancel_failed", now: T + 5000 },
      { ...running, inertUntil: T + 5000 + INERT_MS },
    ],
    [
      "the grace ends by itself",
      accepted,
      { type: "told", now: T, knownAt: S + 1, underWay: mine(null), nextId: "rb-2" },
      { ...running, knownAt: S + 1, inertUntil: later },
    ],
    [
      "reloaded within the grace: it counts down again",
      idle("rb-9"),
      { type: "told", now: T, knownAt: S, underWay: mine(T + 5000), nextId: "rb-2" },
      { ...accepted, inertUntil: later },
    ],
    [
      "someone else started one: watched, even within its grace",
      idle("rb-9"),
      { type: "told", now: T, knownAt: S, underWay: theirs, nextId: "rb-2" },
      { ...running, rolloutId: "rb-other", inertUntil: later },
    ],
    [
      "not confirmed, and the server shows it: it counts down",
      unconfirmed,
      { type: "told", now: T, knownAt: S, underWay: mine(T + 5000), nextId: "rb-2" },
      { ...accepted, inertUntil: later },
    ],
    [
      "an answer from before it was accepted does not end it",
      accepted,
      { type: "told", now: T, knownAt: S - 1, underWay: null, nextId: "rb-2" },
      accepted,
    ],
    [
      "an answer from before the grace ended does not bring it back",
      running,
      { type: "told", now: T, knownAt: S - 1, underWay: mine(T + 5000), nextId: "rb-2" },
      running,
    ],
    [
      "told again: nothing changes",
      running,
      { type: "told", now: T, knownAt: S + 9, underWay: mine(null), nextId: "rb-2" },
      running,
    ],
    [
      "over: the button is free, with a new id",
      running,
      { type: "told", now: T, knownAt: S + 1, underWay: null, nextId: "rb-2" },
      { phase: "idle", rollbackId: "rb-2", inertUntil: later },
    ],
  ])("%s", (_name, state, event, expected) => {
    expect(reduceRollback(state, event)).toEqual(expected);
  });

  it("keeps its id through a refusal: nothing was consumed", () => {
    const refused = reduceRollback(sending, { type: "refused", now: T, error: new Error("no_rollback_target") });
    expect(reduceRollback(refused, { type: "dismissed", now: T })).toMatchObject({ phase: "idle", rollbackId: "rb-1" });
  });
});

describe("a double-click", () => {
  it("sends once, and its second half does not cancel", () => {
    let state = reduceRollback(idle("rb-1"), { type: "pressed", now: T, asks: false });
    state = reduceRollback(state, { type: "pressed", now: T + 90, asks: false });
    state = reduceRollback(state, { type: "answered", now: T + 120, knownAt: S, underWay: mine(T + 5120) });
    const afterSecond = reduceRollback(state, { type: "cancel_pressed", now: T + 200 });
    expect(afterSecond).toBe(state);
    expect(state).toMatchObject({ phase: "accepted", rolloutId: "rb-1" });
  });

  it("on an amber button does not confirm what it has not read", () => {
    const open = reduceRollback(idle("rb-1"), { type: "pressed", now: T, asks: true });
    expect(reduceRollback(open, { type: "confirmed", now: T + INERT_MS - 1 })).toBe(open);
    expect(reduceRollback(open, { type: "confirmed", now: T + INERT_MS })).toMatchObject({ phase: "sending" });
  });

  it("on Cancel does not start it again", () => {
    const free = reduceRollback(cancelling, { type: "cancelled", now: T, nextId: "rb-2" });
    expect(reduceRollback(free, { type: "pressed", now: T + 100, asks: false })).toBe(free);
  });
});

describe("an event that comes in the wrong state", () => {
  const meaning: Partial<Record<RollbackEvent["type"], readonly RollbackState["phase"][]>> = {
    answered: ["sending"],
    unanswered: ["sending"],
    plan_changed: ["sending"],
    refused: ["sending"],
    cancelled: ["cancelling"],
    cancel_failed: ["cancelling"],
  };
  const events: readonly RollbackEvent[] = [
    { type: "answered", now: T, knownAt: S, underWay: mine(null) },
    { type: "unanswered", now: T },
    { type: "plan_changed", now: T, plan },
    { type: "refused", now: T, error: new Error("no") },
    { type: "cancelled", now: T, nextId: "rb-2" },
    { type: "cancel_failed", now: T },
  ];
  const wrong = events.flatMap((event) =>
    everyState
      .filter((state) => meaning[event.type]?.includes(state.phase) === false)
      .map((state) => [event.type, state.phase, event, state] as const),
  );
  it.each(wrong)("%s while %s changes nothing", (_event, _phase, event, state) => {
    expect(reduceRollback(state, event)).toBe(state);
  });
});

describe("clicks", () => {
  it("on Cancel do not count once the grace is over", () => {
    expect(reduceRollback(accepted, { type: "cancel_pressed", now: T + 5000 })).toBe(accepted);
  });

  it("do not count while a request is under way", () => {
    expect(isInert(sending, T)).toBe(true);
    expect(isInert(cancelling, T)).toBe(true);
  });
});
