/** What a rollout waits for, as one sentence's code and parameters, and when it should be looked at again. */
import type { ServiceLoad } from "./budget";
import { allowedDown } from "./budget";
import type { Draft } from "./draft";
import type { Params } from "./errors";
import { isChanging, isSettled, type Rollout, type Target } from "./rollout-state";
import type { ScheduleDecision } from "./schedule";
import { hasEnded } from "./statuses";
import { openGate } from "./wave";

export interface WaitingFor {
  readonly code: string;
  readonly params: Params;
  /** Milliseconds of the database's clock; null = no time is known. */
  readonly until: number | null;
}

const waits = (code: string, params: Params = {}, until: number | null = null): WaitingFor => ({ code, params, until });

export function waitingWhileScheduled(
  rollout: Rollout,
  decision: ScheduleDecision,
  busyWith: readonly string[],
): WaitingFor | null {
  if (decision.kind !== "wait") return waits("worker");
  switch (decision.for) {
    case "time":
      return waits(rollout.strategy.startAt === null ? "grace" : "start_time", {}, decision.until);
    case "held_by":
      return waits("held_by", { rollout: rollout.heldBy });
    case "hold":
      return waits("hold");
    case "busy":
      return waits("instances_busy", { rollout: busyWith[0] ?? null, count: busyWith.length }, decision.until);
    default:
      return decision.for satisfies never;
  }
}

export function waitingFor(rollout: Rollout, targets: readonly Target[], load: ServiceLoad): WaitingFor | null {
  const { status, progress, strategy } = rollout;
  if (hasEnded(status) || status === "scheduled") return null;
  const unknown = targets.filter((target) => target.holding && target.status === "unknown");
  const inFlight = targets.filter((target) => target.status === "switching" || target.status === "verifying");
  const gate = openGate(rollout);
  if (gate !== null) return waits("gate", { wave: gate });
  if (status === "paused") return waits("person", { why: rollout.statusReason?.code ?? null });
  if (rollout.heldBy !== null) return waits("held_by", { rollout: rollout.heldBy });
  if (inFlight.length === 0 && unknown.length > 0) {
    const since = Math.max(...unknown.map((target) => target.memory.since ?? rollout.createdAt));
    return waits(
      "unknown_hosts",
      { hosts: [...new Set(unknown.map((target) => target.host))], count: unknown.length },
      since + strategy.unknownWaitSeconds * 1000,
    );
  }
  switch (status) {
    case "preparing": {
      if (rollout.kind === "deployment" && !progress.packageReady) return waits("packages");
      const left = targets.filter((target) => target.status === "waiting" || target.status === "staging").length;
      return waits("preparing", { left, total: targets.length });
    }
    case "baking":
      return waits(
        "bake",
        { wave: progress.wave, next: targets.some((target) => target.wave > progress.wave) ? progress.wave + 1 : null },
        progress.bakeUntil,
      );
    case "rolling_back":
      return waits("reverting", {
        left: targets.filter((target) => target.direction === "back" && !isSettled(target.status)).length,
      });
    case "running":
      if (progress.starvedSince !== null)
        return waits("min_healthy", { down: load.down.length, allowed: allowedDown(load.baseline, strategy.minHealthy) });
      return waits("instances", { wave: progress.wave, count: inFlight.length });
    default:
      return status satisfies never;
  }
}

/** It waits for a person, and nothing is under way that anybody would tell: until somebody acts on it there is nothing to decide. */
export function isAtRest(draft: Draft): boolean {
  if (draft.rollout.status !== "paused") return false;
  return !draft.all.some(
    (target) => draft.isBusy(target.instance) || (target.holding && (isChanging(target.status) || target.status === "unknown")),
  );
}

/** The bake is watched, and room under `min_healthy` looked for, at this interval. */
const WATCH_MS = 1_000;

/** When the machine must look again though nothing is reported to it; null = only when something happens. */
export function wakeAt(rollout: Rollout, targets: readonly Target[], now: number): number | null {
  const times: number[] = [];
  const { progress, strategy, status } = rollout;
  if (hasEnded(status)) return null;
  if (status === "baking" && progress.bakeUntil !== null) times.push(Math.min(progress.bakeUntil, now + WATCH_MS));
  if (progress.starvedSince !== null || rollout.heldBy !== null) times.push(now + WATCH_MS);
  for (const target of status === "paused" ? [] : targets) {
    if (!target.holding || target.memory.since === null) continue;
    if (target.status === "staging") times.push(target.memory.since + strategy.stageTimeoutS * 1000);
    if (target.status === "unknown") times.push(target.memory.since + strategy.unknownWaitSeconds * 1000);
  }
  // A time that has passed was acted on; it is looked at again, calmly, should it still matter.
  const next = times.map((time) => (time > now ? time : now + WATCH_MS));
  return next.length === 0 ? null : Math.min(...next);
}
