/** Instances and their history, as the store has them. */
import type { Failure } from "../../domain/errors";
import type { Coded } from "../../domain/rollout-state";
import type { ServiceSettings } from "../../domain/settings";
import type { InstanceCondition, InstanceStatus } from "../../domain/statuses";
import type { ActivationOpener, ActivationOutcome } from "../../domain/version-status";
import type { Labels, Page } from "./page";

export interface InstanceRow {
  readonly instanceId: string;
  readonly serviceName: string;
  /** "" while it waits for its first version. */
  readonly version: string;
  readonly status: InstanceStatus;
  readonly condition: InstanceCondition | null;
  readonly color: number | null;
  readonly revision: number | null;
  readonly host: string;
  readonly zone: string | null;
  readonly address: string;
  readonly port: number;
  readonly healthy: boolean | null;
  readonly latencyMs: number | null;
  readonly checkedAt: Date | null;
  readonly detail: Coded | null;
  readonly since: Date | null;
  readonly heldBy: string | null;
  readonly labels: Labels;
}

export interface InstanceFilter {
  /** Any of them; none means every version. */
  readonly versions: readonly string[];
  readonly ids?: readonly string[] | undefined;
  readonly status?: InstanceStatus | undefined;
  readonly host?: string | undefined;
  /** Part of the id, of the host's name or of a label (`name=value`). */
  readonly text?: string | undefined;
  /** As of this time. */
  readonly at?: Date | undefined;
}

export interface InstancePage extends Page<InstanceRow> {
  /** Instances of the service, and those that the filter lets through. */
  readonly total: number;
  readonly matched: number;
}

export interface InstanceDetailRow extends InstanceRow {
  readonly generation: number;
  readonly registeredAt: Date;
  readonly retiredAt: Date | null;
  readonly activations: number;
  readonly process: { readonly pid: number; readonly startedAt: Date } | null;
  readonly runningVersion: string | null;
  readonly recordedVersion: string | null;
  readonly inspectedAt: Date | null;
  readonly versionsOnHost: readonly string[] | null;
  readonly owed: { readonly version: string; readonly rolloutId: string; readonly since: Date } | null;
}

export interface ActivationRow {
  readonly id: string;
  readonly version: string;
  readonly color: number;
  readonly revision: number;
  /** null while it runs. */
  readonly outcome: ActivationOutcome | null;
  readonly openedBy: ActivationOpener;
  readonly from: Date;
  readonly to: Date | null;
  readonly rolloutId: string | null;
  readonly closedByRollout: string | null;
  readonly requestedBy: string | null;
  readonly reason: string | null;
  readonly replacedByVersion: string | null;
  readonly failure: Failure | null;
}

/** The newest run of one version on one instance. */
export interface LatestRun {
  readonly version: string;
  readonly color: number;
  readonly outcome: ActivationOutcome | null;
  readonly lastRunAt: Date;
  readonly withdrawn: boolean;
}

/** How one instance may be asked for its health. */
export interface ProbeTarget {
  readonly address: string;
  readonly port: number;
  readonly settings: ServiceSettings;
}
