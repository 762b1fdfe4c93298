import { describe, expect, it } from "vitest";
import type { Rollout } from "./rollout-state";
import { FRESH_PROGRESS } from "./rollout-state";
import { BUSY_TOO_LONG_MS, decideSchedule, type ScheduleWorld } from "./schedule";
import { aRollout } from "./testing/facts";
import { waitingWhileScheduled } from "./waiting";

const NOW = 10_000_000;
const busyFor = (ms: number): Partial<Rollout> => ({ progress: { ...FRESH_PROGRESS, busySince: NOW - ms } });

describe("a scheduled rollout", () => {
  it.each<[string, Partial<Rollout>, Partial<ScheduleWorld>, string]>([
    ["waits for its time", { scheduledUntil: NOW + 1 }, {}, "wait time"],
    ["a rollback waits for its time, too", { kind: "rollback", scheduledUntil: NOW + 1 }, {}, "wait time"],
    ["begins when it is due", { scheduledUntil: NOW }, {}, "begin"],
    ["begins at once where no time is set", { scheduledUntil: null }, {}, "begin"],
    ["waits for the holder of its instances", {}, { busyWith: ["ro-0"] }, "wait busy"],
    ["waits for it just under an hour", busyFor(BUSY_TOO_LONG_MS - 1), { busyWith: ["ro-0"] }, "wait busy"],
    ["gives up after an hour", busyFor(BUSY_TOO_LONG_MS), { busyWith: ["ro-0"] }, "give_up"],
    ["does not give up once its instances are free", busyFor(BUSY_TOO_LONG_MS), {}, "begin"],
    ["waits while the service is held", {}, { serviceHeld: true }, "wait hold"],
    ["waits while a rollback holds it back", { heldBy: "back" }, {}, "wait held_by"],
    ["a rollback takes over what is busy", { kind: "rollback" }, { busyWith: ["ro-0"] }, "take_over"],
    ["a rollback does not wait for a hold", { kind: "rollback" }, { serviceHeld: true }, "take_over"],
    ["a rollback waits for a later rollback in its grace", { kind: "rollback", heldBy: "back" }, {}, "wait held_by"],
  ])("%s", (_, rollout, world, expected) => {
    const scheduled = aRollout({ status: "scheduled", scheduledUntil: NOW, ...rollout });
    const busyWith = world.busyWith ?? [];
    const decision = decideSchedule(scheduled, { now: NOW, busyWith: [], serviceHeld: false, ...world });
    expect(decision.kind === "wait" ? `wait ${decision.for}` : decision.kind).toBe(expected);
    expect(waitingWhileScheduled(scheduled, decision, busyWith)).not.toBeNull();
  });

  it("says for whom it waits, and until when", () => {
    const scheduled = aRollout({ status: "scheduled", scheduledUntil: NOW, ...busyFor(0) });
    const decision = decideSchedule(scheduled, { now: NOW, busyWith: ["ro-0", "ro-9"], serviceHeld: false });
    const expected = { code: "instances_busy", params: { rollout: "ro-0", count: 2 }, until: NOW + BUSY_TOO_LONG_MS };
    expect(waitingWhileScheduled(scheduled, decision, ["ro-0", "ro-9"])).toEqual(expected);
  });
});
