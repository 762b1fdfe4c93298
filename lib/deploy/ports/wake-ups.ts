export interface WakeUps {
  /** `onWake` is told `steps`, `rollouts`, `rollout:<id>`, `outcomes:<id>` (steps of it have outcomes), or `everything` after a connection was lost and made again. */
  start(onWake: (what: string) => void): Promise<void>;
  stop(): Promise<void>;
}
