import { describe, expect, it } from "vitest";
import { Draft } from "./draft";
import { fold } from "./fold";
import type { InFlight, Rollout, Target } from "./rollout-state";
import type { Seen, StepKind, StepOutcome } from "./step-outcome";
import { aRollout, aTarget } from "./testing/facts";

const NOW = 9_000;
const ONE = { version: "1", revision: 1 };
const TWO = { version: "2", revision: 1 };
const THREE = { version: "3", revision: 1 };
const EVIDENCE = { exitCode: 1, signal: null, health: [], log: ["no"] };
const settling = { step: "settle", code: "no_answer", params: {}, evidence: null } as const;

function folded(kind: Rollout["kind"], target: Target, step: StepKind, outcome: StepOutcome, attempt = target.attempt) {
  const draft = new Draft(aRollout({ kind }), [target], NOW);
  fold(draft, { instance: target.instance, attempt, step, outcome });
  return { draft, target: draft.targets.get(target.instance), told: draft.events.map((event) => event.code).join(" ") };
}

const switching = (change: Parameters<typeof aTarget>[1] = {}) =>
  aTarget("a", { status: "switching", ...change, memory: { began: true, unanswered: 2, since: 5, ...change?.memory } });
const back = (change: Parameters<typeof aTarget>[1] = {}) => switching({ direction: "back", attempt: 2, ...change });
describe("a host that was asked what runs there", () => {
  const seen = (change: Partial<Seen> = {}): Seen => ({
    current: ONE,
    processAlive: true,
    answers: true,
    releaseOnHost: true,
    ...change,
  });
  const asked = (target: Target, what: Seen, kind: Rollout["kind"] = "rollback") =>
    folded(kind, target, "fence", { kind: "fenced", seen: what, inFlight: { kind: "none" } });
  const waiting = (change: Parameters<typeof aTarget>[1] = {}) => aTarget("a", { status: "staging", ...change });

  it.each<[string, Partial<Seen>, object]>([
    ["all is there", {}, { status: "staged", confirmedDown: false, versionNow: "1", memory: { onHost: true, fenced: true } }],
    ["its files are not", { releaseOnHost: false }, { status: "staging", memory: { onHost: false, fenced: true } }],
    ["no process", { processAlive: false, answers: null }, { confirmedDown: true, versionNow: null }],
    ["a process that does not answer", { answers: false }, { confirmedDown: true, versionNow: "1" }],
    ["a process that was not asked", { answers: null }, { confirmedDown: false }],
    ["the new version runs", { current: TWO }, { versionNow: "2", memory: { runsNew: true } }],
    [
      "the new version was there, but does not run",
      { current: TWO, processAlive: false },
      { versionNow: null, memory: { runsNew: false } },
    ],
  ])("%s", (_, what, after) => {
    const target = waiting({ failure: settling, memory: { unanswered: 3, since: 4, began: true } });
    expect(asked(target, seen(what)).target).toMatchObject({ failure: null, ...after });
    expect(asked(target, seen(what)).target?.memory).toMatchObject({ unanswered: 0, since: null, began: false });
  });

  it("something else than was expected is left as it is", () => {
    const expecting = waiting({ memory: { expect: [ONE, THREE] } });
    expect(asked(expecting, seen({ current: { version: "9", revision: 1 } }))).toMatchObject({
      told: "target_failed",
      target: {
        status: "failed",
        versionNow: "9",
        failure: { step: "switch", code: "precondition_changed", params: { expected: "1", runs: "9" }, evidence: null },
      },
    });
    for (const fine of [ONE, TWO, THREE]) expect(asked(expecting, seen({ current: fine })).target?.status).toBe("staged");
    expect(asked(expecting, seen({ current: { version: "9", revision: 1 }, processAlive: false })).target?.status).toBe("staged");
    expect(asked(waiting(), seen({ current: { version: "9", revision: 1 } })).target?.status).toBe("staged");
    const nothing = waiting({ memory: { expect: [] } });
    expect(asked(nothing, seen()).target?.failure?.params).toEqual({ expected: null, runs: "1" });
  });

  it("meant to be stopped, but it answers: it keeps what it runs", () => {
    const off = waiting({ direction: "back", from: null, attempt: 2 });
    expect(asked(off, seen({ current: TWO, releaseOnHost: false }), "deployment")).toMatchObject({
      told: "target_kept",
      target: { status: "failed", versionNow: "2", endedAt: NOW },
    });
    for (const what of [{ answers: false }, { answers: null }, { processAlive: false }])
      expect(asked(off, seen({ current: TWO, releaseOnHost: false, ...what }), "deployment").target?.status).toBe("staged");
  });

  it("stopped: its run has ended, and nothing runs there", () => {
    const result = folded("deployment", back({ from: null, failure: settling, memory: { runsNew: true } }), "stop", {
      kind: "stopped",
    });
    expect(result.target).toMatchObject({
      status: "failed",
      versionNow: null,
      failure: null,
      endedAt: NOW,
      memory: { unanswered: 0, since: null, runsNew: false },
    });
    expect(result.draft.history).toEqual([
      { kind: "stopped", instance: "a", release: TWO, opener: "put_back", rollout: "ro-1", attempt: 2, at: NOW },
    ]);
    expect(result.draft.events).toMatchObject([
      { code: "target_stopped", instance: "a", params: { instance: "a", version: "2" } },
    ]);
  });
});

describe("how the change ended that was found under way", () => {
  const own: InFlight = { tx: "ro-1:1", rollout: "ro-1", attempt: 1, to: TWO, opener: "deployment", own: true };
  const others: InFlight = { ...own, tx: "older:1", rollout: "older", own: false };
  const failed = { kind: "failed", code: "exited", params: { n: 1 }, evidence: EVIDENCE, durationMs: 300 } as const;
  const found = (inFlight: InFlight | null, end: Extract<StepOutcome, { kind: "fenced" }>["inFlight"], alive = true) =>
    folded("deployment", aTarget("a", { status: "staging", attempt: 2, direction: "back", memory: { inFlight } }), "fence", {
      kind: "fenced",
      seen: { current: ONE, processAlive: alive, answers: alive, releaseOnHost: true },
      inFlight: end,
    });

  it("its own: verified", () => {
    const { draft, target } = found(own, { kind: "verified" });
    expect(draft.history).toEqual([
      {
        kind: "runs",
        instance: "a",
        release: TWO,
        opener: "deployment",
        rollout: "ro-1",
        attempt: 1,
        changed: true,
        process: null,
        at: NOW,
      },
    ]);
    expect(target?.changed).toBe(true);
    expect(draft.endsElsewhere).toEqual([]);
    expect(found({ ...own, opener: "put_back" }, { kind: "verified" }).target?.changed).toBe(false);
  });

  it("its own: failed", () => {
    const { draft, target } = found(own, failed);
    const failure = { step: "verify", code: "exited", params: { n: 1 }, evidence: EVIDENCE };
    expect(draft.history).toEqual([
      {
        kind: "failed",
        instance: "a",
        release: TWO,
        opener: "deployment",
        rollout: "ro-1",
        attempt: 1,
        outcome: "failed",
        failure,
        startedAt: NOW - 300,
        endedAt: NOW,
        runs: ONE,
      },
    ]);
    expect(target?.failure).toEqual(failure);
    expect(draft.endsElsewhere).toEqual([]);
    expect(found(own, { ...failed, code: "cancelled" }).draft.history).toMatchObject([{ outcome: "put_back" }]);
    expect(found(own, failed, false).draft.history).toMatchObject([{ runs: null }]);
  });

  it("another rollout's, verified: a deployment leads back to it, who goes back already and a rollback do not", () => {
    const from = (kind: "deployment" | "rollback", direction: Target["direction"]) =>
      folded(kind, aTarget("a", { status: "staging", direction, memory: { inFlight: { ...others, to: THREE } } }), "fence", {
        kind: "fenced",
        seen: { current: THREE, processAlive: true, answers: true, releaseOnHost: true },
        inFlight: { kind: "verified" },
      }).target?.from;
    expect(from("deployment", "forward")).toEqual(THREE);
    expect(from("deployment", "back")).toEqual(ONE);
    expect(from("rollback", "forward")).toEqual(ONE);
  });

  it("another rollout's: told there, too", () => {
    const { draft, target } = found(others, failed);
    expect(draft.endsElsewhere).toEqual([
      {
        rollout: "older",
        instance: "a",
        attempt: 1,
        changed: false,
        failure: expect.objectContaining({ code: "exited" }),
        versionNow: "1",
      },
    ]);
    expect(draft.events).toMatchObject([
      { code: "earlier_change_ended", instance: "a", params: { instance: "a", rollout: "older", code: "exited" } },
    ]);
    expect(target).toMatchObject({ failure: null, changed: false });
    const good = found(others, { kind: "verified" });
    expect(good.draft.endsElsewhere).toMatchObject([{ changed: true, failure: null, versionNow: "2" }]);
    expect(good.draft.events).toMatchObject([{ params: { code: null } }]);
    expect(good.target?.changed).toBe(false);
  });

  it("it never began, or there was none", () => {
    expect(found(own, { kind: "none" }).draft.history).toEqual([]);
    expect(found(null, failed).draft.history).toEqual([]);
  });
});
