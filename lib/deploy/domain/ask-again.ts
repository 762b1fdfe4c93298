/** Asking a host again that did not answer. */
import { type Draft, wantedStep } from "./draft";
import { isChanging, type Target } from "./rollout-state";
import { hasEnded } from "./statuses";

const ASK_AGAIN_MS = [500, 1_000, 2_000, 5_000, 10_000] as const;

export function delayOf(target: Target): number {
  if (target.memory.unanswered === 0) return 0;
  return ASK_AGAIN_MS[Math.min(target.memory.unanswered, ASK_AGAIN_MS.length) - 1] ?? 10_000;
}

/** A change whose end is not known is asked for again and again, with the same key: the host attaches, it never runs twice. */
export function askAgain(draft: Draft): void {
  if (hasEnded(draft.rollout.status)) return;
  for (const target of draft.all) {
    if (!isChanging(target.status) && target.status !== "unknown") continue;
    if (!target.holding || draft.isBusy(target.instance)) continue;
    const wanted = wantedStep(draft.rollout, target);
    if (wanted !== null) draft.step(target.instance, wanted, delayOf(target));
  }
}
