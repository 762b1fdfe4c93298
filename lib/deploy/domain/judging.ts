/** More failures than tolerated: what the strategy says then. */
import type { Draft } from "./draft";
import { countedFailures, toleratedFailures } from "./failures";
import { beginReversal } from "./reversal";
import { hasEnded } from "./statuses";

/** More failures than tolerated: put back, pause or stop, as the strategy says. `fallen`: as in `World`. */
export function judge(draft: Draft, fallen: ReadonlyMap<string, number>): void {
  const { rollout } = draft;
  const { progress, status } = rollout;
  if (
    status === "paused" ||
    status === "rolling_back" ||
    hasEnded(status) ||
    progress.aborting ||
    progress.stopping ||
    rollout.heldBy !== null
  )
    return;
  const failed = countedFailures(rollout, draft.all).length;
  const allowed = toleratedFailures(rollout, draft.all);
  if (failed <= allowed) return;
  const reason = { code: "failures_exceeded", params: { failed, allowed } };
  const { onFailure } = rollout.strategy;
  // Before anything was switched there is nothing to put back.
  if (onFailure === "roll_back" && !draft.all.some((target) => target.memory.began)) return draft.end("failed", reason);
  if (onFailure === "stop") {
    draft.progress({ stopping: true });
    draft.set({ statusReason: reason });
  } else if (onFailure === "pause" || progress.reversed) {
    draft.pause(reason);
  } else {
    beginReversal(draft, reason, fallen);
  }
}

/** An automatic reversal is still to come. */
export function wantsReversal(draft: Draft): boolean {
  const { rollout } = draft;
  const { reversed, aborting, stopping } = rollout.progress;
  if (rollout.kind !== "deployment" || rollout.strategy.onFailure !== "roll_back" || reversed || aborting || stopping)
    return false;
  return countedFailures(rollout, draft.all).length > toleratedFailures(rollout, draft.all);
}
