import type { ConflictingRollout } from "../domain/errors";
import type { ServiceSettings } from "../domain/settings";
import type { NewAuditEntry, NewEvent } from "./events";
import type { HostKind, HostRef } from "./host";
import type { Hold, Labels } from "./reads";

/** A service under its lock. */
export interface LockedService {
  readonly name: string;
  readonly labels: Labels;
  readonly revision: number;
  readonly settings: ServiceSettings;
  readonly hold: Hold | null;
  readonly deleted: boolean;
}

export interface LockedHost {
  readonly name: string;
  readonly kind: HostKind;
  readonly address: string;
  readonly root: string;
  readonly state: "active" | "draining" | "retired";
}

export interface LockedInstance {
  readonly id: string;
  readonly service: string;
  readonly host: string;
  readonly retired: boolean;
}

export interface LockedVersion {
  readonly version: string;
  readonly barrier: { readonly reason: string } | null;
  readonly withdrawn: boolean;
}

export interface NewInstance {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly labels: Labels;
}

export type NewHost = HostRef & {
  readonly zone: string | null;
  readonly labels: Labels;
};

/** What a management command does inside its one transaction. Locks are taken rollouts first, then services, hosts, instances. */
export interface CatalogueTx {
  /** Locks the service's live rollouts, then the service; null when there never was one of this name. */
  lockService(name: string): Promise<LockedService | null>;
  insertService(service: { readonly name: string; readonly labels: Labels }): Promise<void>;
  /** Adds the revision and makes it the newest; a deleted service is there again. */
  addRevision(service: string, revision: number, settings: ServiceSettings, by: string): Promise<void>;
  setLabels(service: string, labels: Labels): Promise<void>;
  markDeleted(service: string): Promise<void>;
  setHold(service: string, hold: { readonly by: string; readonly reason: string | null } | null): Promise<void>;
  /** Ids of its instances that are not retired, at most `limit`. */
  instancesOf(service: string, limit: number): Promise<readonly string[]>;
  liveRolloutOf(service: string): Promise<ConflictingRollout | null>;

  /** Of those names, the hosts that exist, locked in the order of their names. */
  lockHosts(names: readonly string[]): Promise<readonly LockedHost[]>;
  /** A host that is not retired and lies at the same place, if any. */
  hostAt(address: string, root: string): Promise<string | null>;
  /** A retired host of the same name is there again. */
  putHost(host: NewHost): Promise<void>;
  /** Of a host of kind `ssh`. It is inspected again at once. */
  setHostKey(name: string, hostKey: string): Promise<void>;
  setHostState(name: string, state: LockedHost["state"]): Promise<void>;
  instancesOn(host: string, limit: number): Promise<readonly string[]>;

  /** Of those ids, the ones ever used. */
  usedIds(ids: readonly string[]): Promise<readonly string[]>;
  /** Ports of those hosts that are taken. */
  takenPorts(hosts: readonly string[]): Promise<readonly { readonly host: string; readonly port: number; readonly id: string }[]>;
  insertInstances(service: string, instances: readonly NewInstance[]): Promise<void>;
  findInstance(id: string): Promise<LockedInstance | null>;
  /** The live rollout that has the instance among its targets. */
  rolloutWith(instance: string): Promise<ConflictingRollout | null>;
  /** Retires it, closes its open run as `stopped`, and forgets what is owed to it. */
  retireInstance(id: string): Promise<void>;

  lockVersion(service: string, version: string): Promise<LockedVersion | null>;
  withdraw(service: string, version: string, by: string, reason: string | null): Promise<void>;
  setBarrier(service: string, version: string, barrier: { readonly reason: string; readonly by: string } | null): Promise<void>;

  write(events: readonly NewEvent[], audit: NewAuditEntry): Promise<void>;
}

export interface CatalogueStore {
  /** Runs `work` in one transaction. A name or port that somebody else took at the same moment is `already_exists`. */
  transaction<T>(work: (tx: CatalogueTx) => Promise<T>): Promise<T>;
  /** Writes an audit entry alone: for what was refused. */
  audit(entry: NewAuditEntry): Promise<void>;
}
