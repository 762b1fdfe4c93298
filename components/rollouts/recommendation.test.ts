import { describe, expect, it } from "vitest";
import { rollout } from "@/lib/api/contract";
import { standingOf } from "./recommendation";
import { aRollout } from "./testing";

const failures = { code: "failures_exceeded", params: { failed: 1, allowed: 0 } };

describe("what a person best does next", () => {
  it("after too many failures is to roll back, where one click can", () => {
    const paused = aRollout({ status: "paused", status_reason: failures, allowed_actions: ["resume", "abort", "retry"] });
    expect(standingOf(paused, true)).toEqual({ tone: "bad", advice: "roll_back", actions: ["retry", "resume", "abort"] });
    expect(standingOf(paused, false).advice).toBe("retry");
  });

  it("at a gate is to let the next wave through", () => {
    const gate = aRollout({
      status: "paused",
      status_reason: { code: "gate", params: {} },
      allowed_actions: ["promote", "abort"],
      gate: 2,
    });
    expect(standingOf(gate, true)).toEqual({ tone: "warn", advice: "promote", actions: ["promote", "abort"] });
  });

  it("after a person's pause is to go on", () => {
    const paused = aRollout({
      status: "paused",
      status_reason: { code: "by_person", params: { by: "lin.wei" } },
      allowed_actions: ["resume", "abort"],
    });
    expect(standingOf(paused, true)).toEqual({ tone: "warn", advice: "resume", actions: ["resume", "abort"] });
  });

  it("in the grace is to start or to cancel", () => {
    const scheduled = aRollout({ status: "scheduled", allowed_actions: ["start_now", "undo"] });
    expect(standingOf(scheduled, false)).toEqual({ tone: "busy", advice: "start", actions: ["start_now", "undo"] });
  });

  it("after a rollback is to deploy again, if it was the wrong one", () => {
    expect(standingOf(aRollout({ kind: "rollback", status: "succeeded" }), false).advice).toBe("again");
    expect(standingOf(aRollout({ kind: "deployment", status: "succeeded" }), true).advice).toBeNull();
  });

  it.each(rollout.shape.status.options)("%s: nothing is offered that is not allowed", (status) => {
    for (const canTakeBack of [true, false]) {
      expect(standingOf(aRollout({ status, status_reason: failures, allowed_actions: [] }), canTakeBack).actions).toEqual([]);
    }
  });
});
