/** How a rollout ends. */

import { delayOf } from "./ask-again";
import type { ServiceLoad } from "./budget";
import { changesRelease, type Draft, untoldChange } from "./draft";
import { countedFailures } from "./failures";
import { driveReversal } from "./reversal";
import { isChanging, type Target } from "./rollout-state";
import { toleratedOf } from "./strategy";

export function finish(draft: Draft): void {
  const mine = draft.all.filter((target) => target.status !== "taken_over");
  const verified = mine.filter((target) => target.status === "succeeded").length;
  const failed = mine.filter((target) => target.status === "failed" || target.status === "unknown").length;
  if (draft.rollout.kind === "rollback") {
    if (verified === mine.length) return draft.end("succeeded", null);
    return draft.end("failed", { code: "rollback_incomplete", params: { failed: mine.length - verified } });
  }
  const counted = countedFailures(draft.rollout, draft.all).length;
  const tolerated = toleratedOf(draft.rollout.strategy.maxFailed, draft.all.length);
  if (verified > 0 && counted <= tolerated) return draft.end("succeeded", null);
  draft.end("failed", { code: "failures_exceeded", params: { failed, allowed: tolerated } });
}

export function finishEarly(draft: Draft): void {
  for (const target of draft.all) {
    if (target.status !== "waiting" && target.status !== "staging" && target.status !== "staged") continue;
    if (!target.holding || untoldChange(draft.rollout, target) === null) draft.void(target.instance);
    else draft.step(target.instance, "fence", delayOf(target));
  }
  if (draft.all.some((target) => isInFlight(draft, target))) return;
  if (draft.rollout.progress.aborting) draft.end("cancelled", draft.rollout.statusReason);
  else draft.end("failed", draft.rollout.statusReason);
}

/** A change of this instance is under way, or may be, and has not been told. */
export function isInFlight(draft: Draft, target: Target): boolean {
  return (
    target.holding && (isChanging(target.status) || target.status === "unknown" || untoldChange(draft.rollout, target) !== null)
  );
}

export function finishReversal(draft: Draft, load: ServiceLoad): void {
  if (!driveReversal(draft, load)) return;
  const notBack = draft.all.filter(isNotBack);
  if (notBack.length === 0) return draft.end("rolled_back", draft.rollout.statusReason);
  const code = notBack.every(({ from }) => from === null) ? "no_earlier_version" : "rollback_incomplete";
  draft.end("failed", { code, params: { failed: notBack.length } });
}

/** It does not run again what it ran before: not put back, without an earlier version, or nothing runs. */
function isNotBack(target: Target): boolean {
  if (!target.holding) return false;
  if (target.direction === "back") return target.status !== "put_back";
  if (target.status === "succeeded") return target.changed && changesRelease(target);
  if (target.status === "unknown") return true;
  return target.status === "failed" && (target.memory.runsNew || (target.memory.began && target.versionNow === null));
}

/** Nothing is left but hosts that cannot be asked, and their time is up: the rollout ends, its instances stay owed. */
export function endUnknown(draft: Draft): void {
  const { rollout } = draft;
  if (rollout.progress.aborting) return draft.end("cancelled", rollout.statusReason);
  if (rollout.progress.stopping) return draft.end("failed", rollout.statusReason);
  if (rollout.status === "rolling_back") {
    const failed = draft.all.filter(isNotBack).length;
    return draft.end("failed", { code: "rollback_incomplete", params: { failed } });
  }
  if (rollout.status === "running") finish(draft);
}
