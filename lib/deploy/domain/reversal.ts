/** Putting back what a deployment changed: `rolling_back`. */
import { roomFor, type ServiceLoad } from "./budget";
import type { Draft } from "./draft";
import { changesRelease, untoldChange } from "./draft";
import { type Coded, isChanging, isSettled, type Target } from "./rollout-state";

/** Serving instances put back at once, beside what `min_healthy` allows. */
const REVERSED_AT_ONCE = 50;

/** Begins the one automatic reversal: untouched instances are left alone, changed ones and those in flight go back. */
export function beginReversal(draft: Draft, reason: Coded): void {
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
        if (hasWay && (target.memory.runsNew || untoldChange(draft.rollout, target) !== null)) {
          putBack(draft, target);
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
        break;
      case "failed":
        if (hasWay && target.memory.runsNew) putBack(draft, target);
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

/** Those confirmed down on their host go back at once; those that serve as `min_healthy` allows. True when nothing is left to do. */
export function driveReversal(draft: Draft, load: ServiceLoad): boolean {
  const back = draft.all.filter((target) => target.holding && target.direction === "back");
  const ready = back.filter((target) => target.status === "staged" && !draft.isBusy(target.instance));
  for (const target of ready.filter((each) => each.confirmedDown)) switchBack(draft, target);
  if (!draft.all.some((target) => target.holding && target.confirmedDown && isChanging(target.status))) {
    const serving = ready.filter((target) => !target.confirmedDown);
    const switching = back.filter((target) => isChanging(target.status)).length;
    const room = Math.min(roomFor(load, draft.rollout.strategy.minHealthy, true), REVERSED_AT_ONCE - switching);
    for (const target of serving.slice(0, Math.max(room, 0))) switchBack(draft, target);
  }
  return draft.all.every((target) => !target.holding || isSettled(target.status));
}

function switchBack(draft: Draft, target: Target): void {
  draft.target(target.instance, { status: "switching", memory: { began: true } });
  draft.step(target.instance, "activate");
}
