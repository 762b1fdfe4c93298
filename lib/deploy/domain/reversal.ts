/** Putting back what a deployment changed: `rolling_back`. */
import { roomFor, type ServiceLoad } from "./budget";
import type { Draft } from "./draft";
import { changesRelease, goesOff, untoldChange } from "./draft";
import type { Failure } from "./errors";
import { type Coded, isChanging, isSettled, type Target } from "./rollout-state";

/** Serving instances put back at once, beside what `min_healthy` allows. */
const REVERSED_AT_ONCE = 50;

/**
 * Begins the one automatic reversal: untouched instances are left alone, changed ones and those in flight go back. One without an
 * earlier version keeps the new one if it is healthy; else it is stopped. `fallen`: as in `World`.
 */
export function beginReversal(draft: Draft, reason: Coded, fallen: ReadonlyMap<string, number>): void {
  draft.progress({ reversed: true, bakeUntil: null, starvedSince: null });
  draft.status("rolling_back", reason);
  draft.event("rolling_back", { why: reason.code, ...reason.params });
  for (const target of draft.all) {
    if (!target.holding) continue;
    const hasWay = target.from !== null;
    switch (target.status) {
      case "waiting":
      case "staging":
      case "staged":
        // Tried again: an older attempt may have changed it.
        if (target.memory.runsNew || untoldChange(draft.rollout, target) !== null) {
          if (hasWay) putBack(draft, target);
          else goOff(draft, target);
          break;
        }
        draft.void(target.instance);
        draft.skip(target);
        break;
      case "switching":
      case "verifying":
      case "unknown":
        if (hasWay) putBack(draft, target);
        break;
      case "succeeded":
        if (hasWay && target.changed && changesRelease(target)) putBack(draft, target);
        else if (!hasWay && target.changed && fallen.has(target.instance)) goOff(draft, target);
        break;
      case "failed":
        if (hasWay && target.memory.runsNew) putBack(draft, target);
        else if (!hasWay && target.memory.runsNew) goOff(draft, target);
        break;
      case "put_back":
      case "skipped":
      case "taken_over":
        break;
      default:
        target.status satisfies never;
    }
  }
}

function putBack(draft: Draft, target: Target): void {
  const inFlight = untoldChange(draft.rollout, target);
  draft.anew(target, { direction: "back", memory: { expect: null, inFlight, runsNew: inFlight === null } });
  draft.event("target_putting_back", { instance: target.instance, version: target.from?.version ?? null }, target.instance);
}

/** Its host is asked first: what came up healthy meanwhile is not stopped. */
function goOff(draft: Draft, target: Target): void {
  const inFlight = untoldChange(draft.rollout, target);
  const fell: Failure = { step: "bake", code: "fell_over_in_bake", params: { wave: target.wave }, evidence: null };
  draft.anew(target, {
    direction: "back",
    failure: target.failure ?? fell,
    memory: { expect: null, inFlight, runsNew: inFlight === null },
  });
  draft.event("target_stopping", { instance: target.instance, version: target.to.version }, target.instance);
}

/** Those confirmed down on their host go back at once; those that serve as `min_healthy` allows. True when nothing is left to do. */
export function driveReversal(draft: Draft, load: ServiceLoad): boolean {
  const back = draft.all.filter((target) => target.holding && target.direction === "back");
  const ready = back.filter((target) => target.status === "staged" && !draft.isBusy(target.instance));
  for (const target of ready.filter((each) => each.confirmedDown)) switchBack(draft, target);
  if (!draft.all.some((target) => target.holding && target.confirmedDown && isChanging(target.status))) {
    const switching = back.filter((target) => isChanging(target.status)).length;
    const room = Math.min(roomFor(load, draft.rollout.strategy.minHealthy, true), REVERSED_AT_ONCE - switching);
    for (const target of ready.slice(0, Math.max(room, 0))) switchBack(draft, target);
  }
  return draft.all.every((target) => !target.holding || isSettled(target.status));
}

function switchBack(draft: Draft, target: Target): void {
  draft.target(target.instance, { status: "switching", memory: { began: true } });
  draft.step(target.instance, goesOff(target) ? "stop" : "activate");
}
