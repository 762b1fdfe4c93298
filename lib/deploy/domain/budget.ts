/** `min_healthy`: how many instances of a service may be down at once. Source: docs/rollouts.md, "Strategy". */
import { isChanging, type Target } from "./rollout-state";
import { percentOf, type Share } from "./strategy";

/** What the store counts under the service's lock when steps are given out. */
export interface ServiceLoad {
  /** B: instances that answered when the rollout began, or that another rollout was changing then. */
  readonly baseline: number;
  /** Of B, or of another live rollout's B: who counts as down by its change, or does not answer. To change one takes nothing further down. */
  readonly down: readonly string[];
  /** Instances of the service whose change is under way, whoever drives it. */
  readonly changing: number;
}

/** Whether the change of an instance makes it count as down: it is under way, or unknown. The store says the same in SQL, `moving` of `service-load.ts`. */
export function countsAsDown({ status }: Target): boolean {
  return isChanging(status) || status === "unknown";
}

/** Most of B that may be down at once: at least one, so that one instance can always be changed. */
export function allowedDown(baseline: number, minHealthy: Share): number {
  const share = percentOf(minHealthy) ?? 0;
  return Math.max(1, baseline - Math.ceil((share * baseline) / 100));
}

/**
 * How many further serving instances may be taken now. `always` is the right of a rollback and of a put-back to take one when no
 * change of the service is under way.
 */
export function roomFor(load: ServiceLoad, minHealthy: Share, always: boolean): number {
  if (percentOf(minHealthy) === 0) return Number.POSITIVE_INFINITY;
  const room = allowedDown(load.baseline, minHealthy) - load.down.length;
  return Math.max(room, always && load.changing === 0 ? 1 : 0);
}
