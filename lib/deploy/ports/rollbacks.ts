import type { Coded } from "../domain/rollout-state";

/** The rollback button of a service: what one click would do now. */
export type OneClick =
  | {
      readonly state: "ready" | "caution";
      readonly takesBack: string;
      readonly from: readonly string[];
      readonly to: readonly string[];
      readonly instances: number;
      readonly cautions: readonly Coded[];
    }
  | {
      readonly state: "running";
      readonly rolloutId: string;
      readonly requestedBy: string;
      readonly createdAt: Date;
      readonly scheduledUntil: Date | null;
      readonly takesBack: string | null;
      readonly from: readonly string[];
      readonly to: readonly string[];
    }
  | { readonly state: "nothing"; readonly runs: readonly string[] };

/** What could be taken back, asked for many services or instances at once. */
export interface Rollbacks {
  summary(services: readonly string[]): Promise<ReadonlyMap<string, OneClick>>;
  /** The named version that each instance could go back to; null where there is none. */
  targets(instanceIds: readonly string[]): Promise<ReadonlyMap<string, string | null>>;
}
