/** What pages and the API ask of the store. Rows come as the store has them; queries make views of them. */
import type { Failure, Params } from "../domain/errors";
import type { EventCode } from "../domain/events";
import type { HostTrouble } from "../domain/host-troubles";
import type { RolloutResult } from "../domain/result";
import type { Coded, Progress } from "../domain/rollout-state";
import type { ServiceSettings } from "../domain/settings";
import type {
  InstanceCondition,
  InstanceStatus,
  LiveRolloutStatus,
  RolloutKind,
  RolloutStatus,
  TargetStatus,
} from "../domain/statuses";
import type { Strategy } from "../domain/strategy";
import type { ActivationOpener, ActivationOutcome } from "../domain/version-status";
import type { SshAccess } from "./host";

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; null on the last page. */
  readonly nextCursor: string | null;
}

export interface PageRequest {
  /** 1–500. */
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export type Labels = Readonly<Record<string, string>>;

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

export interface TargetFilter {
  /** Any of them; none means every status. */
  readonly statuses: readonly TargetStatus[];
}

/** Which end of a log comes first. */
export type LogOrder = "oldest" | "newest";

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

export interface WaveCounts {
  readonly number: number;
  readonly size: number;
  /** Those that did not answer when the rollout began. */
  readonly down: number;
  readonly counts: Readonly<Partial<Record<TargetStatus, number>>>;
}

export interface RolloutRow {
  readonly id: string;
  readonly kind: RolloutKind;
  readonly service: string;
  readonly version: string | null;
  readonly fromVersions: readonly string[];
  readonly toVersions: readonly string[];
  readonly status: RolloutStatus;
  readonly statusReason: Coded | null;
  readonly reason: string | null;
  readonly metadata: Labels;
  readonly strategy: Strategy;
  readonly requestedBy: string;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly completedAt: Date | null;
  readonly scheduledUntil: Date | null;
  readonly waves: readonly WaveCounts[];
  readonly progress: Progress;
  readonly waitingFor: (Coded & { readonly until: string | null }) | null;
  readonly takesBack: string | null;
  readonly takenBackBy: string | null;
  readonly heldBy: string | null;
  readonly supersededBy: string | null;
  readonly retryOf: string | null;
  readonly hold: boolean;
  readonly serviceHeld: boolean;
  readonly changed: boolean;
  readonly lastSeq: number;
  readonly ok: boolean | null;
  /** As it was stored when the rollout ended; never made anew. */
  readonly result: RolloutResult | null;
}

export interface RolloutFilter {
  readonly service?: string | undefined;
  readonly status?: RolloutStatus | "live" | undefined;
  readonly kind?: RolloutKind | undefined;
  readonly person?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly instance?: string | undefined;
}

export interface TargetRow {
  readonly instanceId: string;
  readonly host: string;
  readonly wave: number;
  readonly fromVersion: string | null;
  readonly toVersion: string;
  readonly status: TargetStatus;
  readonly attempt: number;
  readonly changed: boolean;
  readonly versionNow: string | null;
  readonly confirmedDown: boolean;
  readonly failure: Failure | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

export interface EventRow {
  readonly pos: string;
  readonly seq: number | null;
  readonly at: Date;
  readonly code: EventCode;
  readonly params: Params;
  readonly actor: string | null;
  readonly rolloutId: string | null;
  readonly service: string | null;
  readonly instanceId: string | null;
  readonly host: string | null;
}

export interface ChangesFilter {
  readonly service?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
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

export interface HostRow {
  readonly name: string;
  readonly kind: "local" | "ssh";
  readonly address: string;
  readonly root: string;
  readonly zone: string | null;
  readonly labels: Labels;
  readonly state: "active" | "draining" | "retired";
  readonly reachable: boolean | null;
  readonly lastAnswerAt: Date | null;
  /** Why it does not answer, told in English; `trouble` is what a reader's own language tells it by. */
  readonly error: string | null;
  readonly trouble: HostTrouble | null;
  /** How it is reached; null for a host of kind `local`. */
  readonly ssh: (Omit<SshAccess, "hostKey"> & { readonly fingerprint: string }) | null;
  readonly instances: readonly {
    readonly instanceId: string;
    readonly service: string;
    readonly version: string;
    readonly color: number | null;
    readonly status: InstanceStatus;
    readonly port: number;
  }[];
}

export interface AttentionRow {
  readonly instanceId: string;
  readonly service: string;
  readonly version: string;
  readonly condition: InstanceCondition;
  readonly detail: Coded | null;
  readonly runningVersion: string | null;
  readonly since: Date | null;
}

/** A service, or a zone of hosts, of which many stopped answering together. */
export interface CutOffRow {
  readonly kind: "service" | "zone";
  readonly name: string;
  readonly fallen: number;
  readonly total: number;
}

export interface OverviewRow {
  readonly totals: {
    readonly services: number;
    readonly instances: number;
    readonly hosts: number;
    readonly active: number;
    readonly pending: number;
    readonly error: number;
  };
  readonly paused: number;
  /** Instances in error, those that have been so for longest first, at most as many as asked for. */
  readonly attention: readonly AttentionRow[];
  readonly workers: { readonly alive: number; readonly lastSeenAt: Date | null };
  readonly lastCheckedAt: Date | null;
  readonly demo: { readonly active: boolean; readonly step: string | null };
}

export interface SearchHit {
  readonly kind: "service" | "instance" | "version" | "rollout" | "host";
  readonly id: string;
  /** null for a host. */
  readonly service: string | null;
}

/** How one instance may be asked for its health. */
export interface ProbeTarget {
  readonly address: string;
  readonly port: number;
  readonly settings: ServiceSettings;
}

export interface ReadStore {
  /** The database's clock. */
  now(): Promise<Date>;
  services(page: PageRequest): Promise<Page<ServiceRow>>;
  service(name: string): Promise<(ServiceRow & { readonly settings: ServiceSettings }) | null>;
  serviceCounts(names: readonly string[]): Promise<ReadonlyMap<string, ServiceCounts>>;
  serviceRollouts(names: readonly string[]): Promise<ReadonlyMap<string, ServiceRollouts>>;
  instances(service: string, filter: InstanceFilter, page: PageRequest): Promise<InstancePage>;
  /** A retired instance too: its history stays. */
  instance(id: string): Promise<InstanceDetailRow | null>;
  activations(instanceId: string, page: PageRequest): Promise<Page<ActivationRow>>;
  /** The newest run that began of each version, newest first. */
  latestRuns(instanceId: string): Promise<readonly LatestRun[]>;
  probeTarget(instanceId: string): Promise<ProbeTarget | null>;
  /** Instances of the service on this address. */
  instancesAt(service: string, address: string): Promise<readonly { readonly instanceId: string; readonly port: number }[]>;
  rollouts(filter: RolloutFilter, page: PageRequest): Promise<Page<RolloutRow>>;
  rollout(id: string): Promise<RolloutRow | null>;
  /** Status and service alone: what streams and waiters ask. */
  rolloutStatus(id: string): Promise<{ readonly status: RolloutStatus; readonly service: string } | null>;
  targets(rolloutId: string, filter: TargetFilter, page: PageRequest): Promise<Page<TargetRow>>;
  /** Oldest first. */
  log(rolloutId: string, order: LogOrder, page: PageRequest): Promise<Page<EventRow>>;
  /** Newest first, without the small steps of rollouts. */
  changes(filter: ChangesFilter, page: PageRequest): Promise<Page<EventRow>>;
  versions(service: string, page: PageRequest): Promise<Page<VersionRow>>;
  version(service: string, version: string): Promise<VersionRow | null>;
  hosts(page: PageRequest): Promise<Page<HostRow>>;
  host(name: string): Promise<HostRow | null>;
  overview(mostAttention: number): Promise<OverviewRow>;
  /** What the console may itself be cut off from, at most 20. */
  cutOff(): Promise<readonly CutOffRow[]>;
  search(text: string, limit: number): Promise<readonly SearchHit[]>;
  /** Events after `pos`, oldest first, at most `limit`; `top` is the newest numbered position. */
  eventsAfter(
    pos: bigint,
    filter: { readonly service?: string | undefined; readonly rolloutId?: string | undefined },
    limit: number,
  ): Promise<readonly EventRow[]>;
  topPosition(): Promise<bigint>;
  /** Rollouts under way by status, and workers seen within 30 s. */
  gauges(): Promise<{ readonly live: ReadonlyMap<LiveRolloutStatus, number>; readonly workers: number }>;
  /** Migrations that this database has had applied. */
  appliedMigrations(): Promise<readonly string[]>;
}
