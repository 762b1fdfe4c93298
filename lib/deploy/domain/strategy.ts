/** A count is a number of instances, a share a string such as `"25%"`. */
export type Amount = number | `${number}%`;

/** How a rollout goes through its instances. Meaning and defaults: docs/rollouts.md, "Strategy". */
export interface Strategy {
  readonly canary: Amount;
  readonly waveSize: Amount;
  readonly maxParallel: number;
  readonly bakeSeconds: number;
  readonly promotion: "auto" | "after_canary" | "each_wave";
  readonly maxFailed: Amount;
  readonly minHealthy: `${number}%`;
  readonly onFailure: "roll_back" | "pause" | "stop";
  readonly spread: boolean;
  /** RFC 3339, or null for now. */
  readonly startAt: string | null;
  readonly graceSeconds: number;
  readonly stageTimeoutS: number;
  readonly unknownWaitSeconds: number;
}
