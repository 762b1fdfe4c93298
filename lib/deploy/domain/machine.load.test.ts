import { describe, expect, it } from "vitest";
import type { ServiceLoad } from "./budget";
import { decide } from "./machine";
import type { Rollout, Target } from "./rollout-state";
import type { StepDone, StepOutcome } from "./step-outcome";
import { resolveStrategy } from "./strategy";
import { aRollout, aTarget } from "./testing/facts";

const NOW = 1_000_000;
/** Two of four may be down, and two are. */
const FULL: ServiceLoad = { baseline: 4, down: ["b", "y"], changing: 2 };
/** One more may go down. */
const ONE_LEFT: ServiceLoad = { baseline: 4, down: ["y"], changing: 1 };
type Change = Parameters<typeof aTarget>[1];

const next = aTarget("a", { status: "staged", memory: { fenced: true, onHost: true } });
const other = (status: Target["status"], change: Change = {}) =>
  aTarget("b", { status, ...change, memory: { began: true, fenced: true, onHost: true, ...change?.memory } });
const ended = (runs: Target["from"]): StepOutcome => ({
  kind: "not_verified",
  code: "exited",
  params: {},
  evidence: { exitCode: 1, signal: null, health: [], log: [] },
  runs,
  durationMs: 1,
});
const VERIFIED: StepOutcome = { kind: "verified", changed: true };
const SILENT: StepOutcome = { kind: "no_answer", reason: "cut" };

/** Whether another instance is begun in the decision that takes in how the step of `b` ended. */
function goesOn(
  b: Target,
  step: StepDone["step"],
  outcome: StepOutcome,
  load = FULL,
  kind: Rollout["kind"] = "deployment",
): boolean {
  const strategy = resolveStrategy(kind, 4, { maxParallel: 4, minHealthy: "50%", maxFailed: 4, waveSize: "100%" }, {});
  const draft = decide(aRollout({ kind, strategy, startedAt: 1 }), [next, b], {
    now: NOW,
    load,
    fallen: new Map(),
    restarted: new Set(),
    packages: { kind: "ready" },
    pending: new Set(),
    done: [{ instance: "b", attempt: b.attempt, step, outcome }],
  });
  return draft.targets.get("a")?.status === "switching";
}

describe("who counts as down when an outcome is taken in", () => {
  it.each<[string, Target, StepOutcome, boolean]>([
    ["one that was verified is up", other("switching"), VERIFIED, true],
    ["so is one that had been silent", other("unknown"), VERIFIED, true],
    ["one that had not answered before was never counted", other("switching", { answeredBefore: false }), VERIFIED, false],
    ["one that its host put back and verified is up", other("switching"), ended({ version: "1", revision: 1 }), true],
    ["one that runs nothing is down", other("switching"), ended(null), false],
    [
      "that its host refused to begin says nothing",
      other("switching"),
      { kind: "refused", code: "disk_full", params: {} },
      false,
    ],
    ["one that is silent stays down", other("switching"), SILENT, false],
    ["one that is being verified stays down", other("switching"), { kind: "verifying" }, false],
  ])("%s", (_, b, outcome, expected) => expect(goesOn(b, "activate", outcome)).toBe(expected));

  it("one that falls silent before its turn is down, once", () => {
    const waiting = other("staging", { memory: { began: false, fenced: false, onHost: false } });
    expect(goesOn(waiting, "fence", SILENT, ONE_LEFT, "rollback")).toBe(false);
    expect(goesOn(waiting, "fence", SILENT, { ...ONE_LEFT, down: ["b"] }, "rollback")).toBe(true);
    expect(goesOn({ ...waiting, answeredBefore: false }, "fence", SILENT, ONE_LEFT, "rollback")).toBe(true);
  });

  it.each(["deployment", "rollback"] as const)("one that its host finds down before its turn is down: %s", (kind) => {
    const found = (processAlive: boolean): StepOutcome => ({
      kind: "fenced",
      seen: { current: null, processAlive, answers: processAlive, releaseOnHost: false },
      inFlight: { kind: "none" },
    });
    const again = other("staging", { attempt: 2, memory: { began: false, fenced: false, onHost: false } });
    expect(goesOn(again, "fence", found(true), ONE_LEFT, kind)).toBe(true);
    expect(goesOn(again, "fence", found(false), ONE_LEFT, kind)).toBe(false);
    expect(goesOn(again, "fence", found(false), { ...ONE_LEFT, down: ["b"] }, kind)).toBe(true);
    const staged = { ...again, confirmedDown: true, memory: { ...again.memory, fenced: true } };
    expect(goesOn(staged, "stage", { kind: "staged" }, { ...ONE_LEFT, down: ["b", "y"] }, kind)).toBe(false);
  });

  it("a rollback may take one when no change is under way any more", () => {
    const last = { ...FULL, changing: 1 };
    const uncounted = other("switching", { answeredBefore: false });
    expect(goesOn(uncounted, "activate", VERIFIED, last, "rollback")).toBe(true);
    expect(goesOn(uncounted, "activate", { kind: "verifying" }, last, "rollback")).toBe(false);
    expect(goesOn(uncounted, "activate", VERIFIED, FULL, "rollback")).toBe(false);
  });
});

describe("a decision", () => {
  const fallen = new Map([["b", NOW]]);
  const asked = (status: Rollout["status"]) =>
    decide(aRollout({ status }), [next, other("succeeded", { changed: true, endedAt: 1 }), aTarget("c")], {
      now: NOW,
      load: FULL,
      fallen,
      restarted: new Set(),
      packages: { kind: "ready" },
      pending: new Set(),
      done: [{ instance: "a", attempt: 1, step: "stage", outcome: SILENT }],
    });

  it.each(["scheduled", "succeeded", "failed", "rolled_back", "cancelled", "superseded"] as const)(
    "is none on one that is %s",
    (status) => {
      const draft = asked(status);
      expect([draft.dirty.size, draft.steps.size, draft.events.length]).toEqual([0, 0, 0]);
    },
  );

  it("begins nothing on one that is paused", () => expect([...asked("paused").steps.keys()]).toEqual([]));
});
