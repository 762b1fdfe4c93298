/** Services and their versions, as the store has them. */
import type { InstanceStatus, RolloutKind, RolloutStatus } from "../../domain/statuses";
import type { Labels } from "./page";

export interface Hold {
  readonly by: string;
  readonly at: Date;
  readonly reason: string | null;
  readonly rolloutId: string | null;
}

export interface ServiceRow {
  readonly name: string;
  readonly labels: Labels;
  readonly revision: number;
  readonly hold: Hold | null;
  readonly createdAt: Date;
}

export interface VersionCount {
  readonly version: string;
  readonly color: number;
  readonly instances: number;
  readonly healthy: number;
  readonly newest: boolean;
}

export interface ServiceCounts {
  readonly instances: number;
  readonly hosts: number;
  readonly byStatus: Readonly<Record<InstanceStatus, number>>;
  /** Newest version first. */
  readonly versions: readonly VersionCount[];
}

export interface RolloutSummary {
  readonly id: string;
  readonly kind: RolloutKind;
  readonly status: RolloutStatus;
  readonly fromVersions: readonly string[];
  readonly toVersions: readonly string[];
  readonly requestedBy: string;
  readonly createdAt: Date;
  readonly completedAt: Date | null;
  readonly reason: string | null;
  readonly instances: number;
}

export interface ServiceRollouts {
  readonly live: readonly RolloutSummary[];
  /** The newest that has ended. */
  readonly last: RolloutSummary | null;
}

export interface VersionRow {
  readonly version: string;
  readonly color: number;
  readonly packageUrl: string;
  readonly packageSha256: string;
  readonly packageSize: number;
  readonly instances: number;
  readonly healthy: number;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date | null;
  readonly barrier: { readonly reason: string; readonly by: string; readonly at: Date } | null;
  readonly withdrawnAt: Date | null;
  readonly withdrawnBy: string | null;
  readonly withdrawnReason: string | null;
}
