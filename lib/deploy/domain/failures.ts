/** How many of a rollout's failures count. Source: docs/rollouts.md, "Judging health is fair and calm". */
import type { Rollout, Target } from "./rollout-state";
import { isSettled } from "./rollout-state";
import { toleratedOf } from "./strategy";

/**
 * An instance that did not answer when the rollout began does not count against it, except in a wave where none verified: there every
 * failure counts. In a rollback only those that served count. `unknown` counts as failed while it lasts.
 */
export function countedFailures(rollout: Rollout, targets: readonly Target[]): readonly Target[] {
  const failed = targets.filter(
    (target) => target.direction === "forward" && (target.status === "failed" || target.status === "unknown"),
  );
  if (failed.length === 0) return failed;
  if (rollout.kind === "rollback") return failed.filter((target) => !target.confirmedDown && target.answeredBefore !== false);
  const hopeless = new Map<number, boolean>();
  const isHopeless = (wave: number): boolean => {
    const known = hopeless.get(wave);
    if (known !== undefined) return known;
    const inWave = targets.filter((target) => target.wave === wave);
    const answer =
      inWave.every((target) => isSettled(target.status) || target.status === "unknown") &&
      !inWave.some((target) => target.status === "succeeded");
    hopeless.set(wave, answer);
    return answer;
  };
  return failed.filter((target) => target.answeredBefore !== false || isHopeless(target.wave));
}

export function toleratedFailures(rollout: Rollout, targets: readonly Target[]): number {
  return Math.max(toleratedOf(rollout.strategy.maxFailed, targets.length), rollout.progress.accepted);
}
