/** What pages and the API ask of the store. Rows come as the store has them; queries make views of them. */
import type { ServiceSettings } from "../../domain/settings";
import type { LiveRolloutStatus, RolloutStatus } from "../../domain/statuses";
import type { CutOffRow, HostRow, OverviewRow, SearchHit } from "./fleet";
import type { ActivationRow, InstanceDetailRow, InstanceFilter, InstancePage, LatestRun, ProbeTarget } from "./instances";
import type { Page, PageRequest } from "./page";
import type { ChangesFilter, EventRow, LogOrder, RolloutFilter, RolloutRow, TargetFilter, TargetRow } from "./rollouts";
import type { ServiceCounts, ServiceRollouts, ServiceRow, VersionRow } from "./services";

export * from "./fleet";
export * from "./instances";
export * from "./page";
export * from "./rollouts";
export * from "./services";

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
