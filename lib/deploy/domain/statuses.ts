/** Every status word of the product, in one place; the database's enums and the wire's enums are made from these. */

export const ROLLOUT_KINDS = ["deployment", "rollback"] as const;
export type RolloutKind = (typeof ROLLOUT_KINDS)[number];

export const LIVE_ROLLOUT_STATUSES = ["scheduled", "preparing", "running", "baking", "paused", "rolling_back"] as const;
export const ENDED_ROLLOUT_STATUSES = ["succeeded", "failed", "rolled_back", "cancelled", "superseded"] as const;
export const ROLLOUT_STATUSES = [...LIVE_ROLLOUT_STATUSES, ...ENDED_ROLLOUT_STATUSES] as const;
export type LiveRolloutStatus = (typeof LIVE_ROLLOUT_STATUSES)[number];
export type EndedRolloutStatus = (typeof ENDED_ROLLOUT_STATUSES)[number];
export type RolloutStatus = (typeof ROLLOUT_STATUSES)[number];

export const TARGET_STATUSES = [
  "waiting",
  "staging",
  "staged",
  "switching",
  "verifying",
  "succeeded",
  "failed",
  "put_back",
  "skipped",
  "taken_over",
  "unknown",
] as const;
export type TargetStatus = (typeof TARGET_STATUSES)[number];

/** `InstanceInfo.status` of the reference. */
export const INSTANCE_STATUSES = ["active", "pending", "error"] as const;
export type InstanceStatus = (typeof INSTANCE_STATUSES)[number];

export const INSTANCE_CONDITIONS = [
  "process_down",
  "unhealthy",
  "host_unreachable",
  "drift",
  "unknown",
  "no_version_running",
] as const;
export type InstanceCondition = (typeof INSTANCE_CONDITIONS)[number];

/** `VersionInfo.status` of the reference (which spells the first one, once, `acitve`). */
export const VERSION_STATUSES = ["active", "stable", "deprecated"] as const;
export type VersionStatus = (typeof VERSION_STATUSES)[number];

export const ROLLOUT_ACTIONS = ["start_now", "undo", "pause", "resume", "promote", "abort", "retry"] as const;
export type RolloutAction = (typeof ROLLOUT_ACTIONS)[number];

export function hasEnded(status: RolloutStatus): status is EndedRolloutStatus {
  return ENDED_ROLLOUT_STATUSES.some((ended) => ended === status);
}
