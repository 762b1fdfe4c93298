/** What a `scheduled` rollout waits for, and when it begins. */
import type { Rollout } from "./rollout-state";

/** A due deployment that finds its instances busy gives up after an hour. */
export const BUSY_TOO_LONG_MS = 3_600_000;

export interface ScheduleWorld {
  readonly now: number;
  /** Other live rollouts that hold instances of this one. */
  readonly busyWith: readonly string[];
  /** The service's hold, which stops deployments. */
  readonly serviceHeld: boolean;
}

export type ScheduleDecision =
  | { readonly kind: "wait"; readonly until: number | null; readonly for: "time" | "hold" | "held_by" | "busy" }
  | { readonly kind: "begin" }
  | { readonly kind: "take_over" }
  | { readonly kind: "give_up" };

/**
 * A rollback never waits for a deployment; it takes the instances over. It waits only for a later rollback of its instances that is in
 * its grace. A deployment waits for its turn.
 */
export function decideSchedule(rollout: Rollout, world: ScheduleWorld): ScheduleDecision {
  const until = rollout.scheduledUntil ?? world.now;
  if (world.now < until) return { kind: "wait", until, for: "time" };
  if (rollout.heldBy !== null) return { kind: "wait", until: null, for: "held_by" };
  if (rollout.kind === "rollback") return { kind: "take_over" };
  if (world.serviceHeld) return { kind: "wait", until: null, for: "hold" };
  if (world.busyWith.length === 0) return { kind: "begin" };
  const since = rollout.progress.busySince ?? world.now;
  if (world.now - since >= BUSY_TOO_LONG_MS) return { kind: "give_up" };
  return { kind: "wait", until: since + BUSY_TOO_LONG_MS, for: "busy" };
}
