import { describe, expect, it } from "vitest";
import { type ActionFacts, act, actionFactsOf, allowedActions } from "./actions";
import { SlipwayError } from "./errors";
import { FRESH_PROGRESS, type Rollout } from "./rollout-state";
import {
  hasEnded,
  ROLLOUT_ACTIONS,
  ROLLOUT_STATUSES,
  type RolloutAction,
  type RolloutKind,
  type RolloutStatus,
} from "./statuses";
import { aRollout, aTarget } from "./testing/facts";

type Situation = RolloutStatus | "paused at a gate" | "aborting" | "stopping";
const SITUATIONS: readonly Situation[] = [...ROLLOUT_STATUSES, "paused at a gate", "aborting", "stopping"];
const STOPPED = ["held service", "held by a rollback"] as const;

/** What may be done, without failed targets: free, and while the service or a rollback stops it. `+retry`: with failed ones. */
const TABLE: Record<Situation, { readonly free: string; readonly stopped: string }> = {
  scheduled: { free: "start_now undo abort", stopped: "undo abort" },
  preparing: { free: "pause abort", stopped: "pause abort" },
  running: { free: "pause abort", stopped: "pause abort" },
  baking: { free: "pause abort", stopped: "pause abort" },
  paused: { free: "resume +retry abort", stopped: "abort" },
  "paused at a gate": { free: "promote +retry abort", stopped: "abort" },
  rolling_back: { free: "abort", stopped: "abort" },
  aborting: { free: "", stopped: "" },
  stopping: { free: "", stopped: "" },
  succeeded: { free: "+retry", stopped: "" },
  failed: { free: "retry", stopped: "" },
  rolled_back: { free: "retry", stopped: "" },
  cancelled: { free: "retry", stopped: "" },
  superseded: { free: "retry", stopped: "" },
};

function words(cell: string, failed: boolean): readonly string[] {
  return cell.split(" ").flatMap((word) => (word === "" || (word.startsWith("+") && !failed) ? [] : [word.replace("+", "")]));
}

function rolloutIn(situation: Situation, kind: RolloutKind, heldBy: string | null): Rollout {
  const progress = { ...FRESH_PROGRESS, wave: 1, aborting: situation === "aborting", stopping: situation === "stopping" };
  const gate = { code: "gate", params: { wave: 2 } };
  if (situation === "paused at a gate") return aRollout({ kind, heldBy, progress, status: "paused", statusReason: gate });
  return aRollout({
    kind,
    heldBy,
    progress,
    status: situation === "aborting" || situation === "stopping" ? "running" : situation,
  });
}

const rows = SITUATIONS.flatMap((situation) =>
  (["deployment", "rollback"] as const).flatMap((kind) => [false, true].map((failed) => ({ situation, kind, failed }))),
);

describe("what a person may do", () => {
  it.each(rows)("$kind, $situation, with failed instances: $failed", ({ situation, kind, failed }) => {
    const targets = [aTarget("a", { status: failed ? "failed" : "succeeded" })];
    const may = (heldBy: string | null, serviceHeld: boolean) =>
      allowedActions(actionFactsOf(rolloutIn(situation, kind, heldBy), targets, serviceHeld));
    const cell = TABLE[situation];
    expect(may(null, false)).toEqual(words(cell.free, failed));
    // A hold, and the grace of a rollback, stop deployments only.
    const stopped = words(kind === "deployment" ? cell.stopped : cell.free, failed);
    for (const by of STOPPED)
      expect(may(by === "held by a rollback" ? "back" : null, by === "held service"), by).toEqual(stopped);
  });

  it("what is not known counts as failed: it can be tried again", () => {
    const facts = actionFactsOf(rolloutIn("paused", "deployment", null), [aTarget("a", { status: "unknown" })], false);
    expect(allowedActions(facts)).toContain("retry");
  });
});

describe("what an action does", () => {
  const options = { now: 1_000, serviceHeld: false, wave: null, pending: new Set<string>() };
  const attempts = SITUATIONS.flatMap((situation) => ROLLOUT_ACTIONS.map((action) => ({ situation, action })));

  it.each(attempts)("$action, $situation: does it or refuses, as the table says", ({ situation, action }) => {
    const rollout = rolloutIn(situation, "deployment", null);
    const targets = [
      aTarget("a", { status: hasEnded(rollout.status) ? "skipped" : "failed", holding: !hasEnded(rollout.status) }),
    ];
    const facts: ActionFacts = actionFactsOf(rollout, targets, false);
    const run = () => act(rollout, targets, action, "bob", { ...options, wave: 2 });
    // The retry of an ended rollout is a new rollout, not an action on this one.
    if (allowedActions(facts).includes(action) && !hasEnded(rollout.status)) {
      const told = run().events.filter((event) => event.params.by === "bob");
      expect(action === "pause" || told.length > 0).toBe(true);
    } else {
      expect(run).toThrow(new SlipwayError("invalid_transition", { action, status: rollout.status, rollout: "ro-1" }));
    }
  });

  const changed = (situation: Situation, action: RolloutAction, change: Partial<Rollout> = {}) =>
    act(
      { ...rolloutIn(situation, "deployment", null), ...change },
      [aTarget("a", { status: "failed", failure: null })],
      action,
      "bob",
      { ...options, wave: 2 },
    ).rollout;

  it("start_now ends the grace", () => {
    expect(changed("scheduled", "start_now", { scheduledUntil: 9_000 }).scheduledUntil).toBe(1_000);
  });

  it("undo: it never was", () => {
    expect(changed("scheduled", "undo")).toMatchObject({
      status: "cancelled",
      statusReason: { code: "undone" },
      completedAt: 1_000,
    });
  });

  it.each(["preparing", "running", "baking"] as const)("pause in %s returns there", (status) => {
    const paused = changed(status, "pause");
    expect(paused).toMatchObject({ status: "paused", statusReason: { code: "by_person", params: { by: "bob" } } });
    expect(act(paused, [], "resume", "bob", options).rollout).toMatchObject({ status, statusReason: null });
  });

  it("resume accepts the failures so far, and no more than these", () => {
    expect(changed("paused", "resume").progress.accepted).toBe(1);
  });

  it("retry takes them out of the count", () => {
    expect(changed("paused", "retry", { progress: { ...FRESH_PROGRESS, accepted: 1 } })).toMatchObject({
      status: "running",
      progress: { accepted: 0 },
    });
  });

  it("promote opens the one gate that is named", () => {
    expect(changed("paused at a gate", "promote")).toMatchObject({ status: "running", progress: { wave: 2, gates: [2] } });
    const other = () =>
      act(rolloutIn("paused at a gate", "deployment", null), [aTarget("a")], "promote", "bob", { ...options, wave: 3 });
    expect(other).toThrow("invalid_transition");
  });

  it.each(["scheduled", "preparing"] as const)("abort in %s ends it at once", (status) => {
    expect(changed(status, "abort")).toMatchObject({ status: "cancelled", statusReason: { code: "aborted" } });
  });

  it.each(["running", "baking", "paused", "rolling_back"] as const)(
    "abort in %s begins nothing more, and ends when what is in flight has settled",
    (status) => {
      expect(changed(status, "abort")).toMatchObject({ completedAt: null, progress: { aborting: true } });
    },
  );
});
