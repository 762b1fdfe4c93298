/** What plans ask of the store. */
import type { PastTimes } from "../domain/expectation";
import type { PastRun } from "../domain/rollback-target";
import type { Coded, Release, Rollout } from "../domain/rollout-state";
import type { RolloutKind } from "../domain/statuses";
import type { Strategy, StrategyChoice } from "../domain/strategy";

/** An instance as a plan sees it. */
export interface PlannedInstance {
  readonly instance: string;
  readonly service: string;
  readonly host: string;
  readonly zone: string | null;
  readonly running: (Release & { readonly rollout: string | null; readonly openedBy: string; readonly since: Date }) | null;
  readonly healthy: boolean | null;
  readonly hostReachable: boolean | null;
  readonly releasesOnHost: readonly string[] | null;
  /** The live rollout that holds it, with the change under way. */
  readonly heldBy: {
    readonly rollout: string;
    readonly kind: RolloutKind;
    readonly underWay: boolean;
    readonly direction: "forward" | "back";
    readonly from: Release | null;
    readonly to: Release;
  } | null;
}

export interface CatalogueVersion {
  readonly version: string;
  readonly packageUrl: string;
  readonly packageSha256: string;
  readonly releaseSha256: string;
  readonly releaseSize: number;
  readonly firstSeenAt: Date;
  readonly barrier: { readonly reason: string } | null;
  readonly withdrawn: boolean;
}

export interface ServiceFacts {
  readonly service: string;
  readonly revision: number;
  readonly strategy: StrategyChoice;
  readonly heldBy: {
    readonly by: string;
    readonly at: Date;
    readonly reason: string | null;
    /** The rollback that set the hold; null = a person did by hand. */
    readonly rollout: string | null;
  } | null;
}

export interface Unfinished {
  readonly service: string;
  /** null where the targets' versions differ. */
  readonly version: string | null;
  readonly instances: readonly string[];
  /** What each of them was to run. */
  readonly goals: ReadonlyMap<string, Release>;
  readonly strategy: Strategy;
  readonly reason: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly packageUrl: string | null;
  readonly packageSha256: string | null;
  readonly restart: boolean;
  readonly barrier: { readonly reason: string } | null;
  /** It was to hold the service. */
  readonly hold: boolean;
  /** A person had said that it may go back past a barrier. */
  readonly pastBarrier: boolean;
}

export interface RolloutFacts {
  readonly id: string;
  readonly service: string;
  readonly kind: RolloutKind;
  readonly status: Rollout["status"];
  readonly statusReason: Coded | null;
  readonly takesBack: string | null;
  readonly requestedBy: string;
  readonly createdAt: Date;
  readonly completedAt: Date | null;
  readonly scheduledUntil: Date | null;
}

/** Reads for plans; inside an acceptance they see what its transaction has locked. */
export interface PlanReads {
  service(name: string): Promise<ServiceFacts | null>;
  instances(service: string, ids: readonly string[] | null): Promise<readonly PlannedInstance[]>;
  /** Of the ids, those that exist at all, with their service. */
  whereabouts(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  versions(service: string): Promise<readonly CatalogueVersion[]>;
  histories(instances: readonly string[]): Promise<ReadonlyMap<string, readonly PastRun[]>>;
  /** Newest verified revision of a version in the service. */
  revisionOf(service: string, version: string): Promise<number | null>;
  newestChangedDeployment(service: string): Promise<RolloutFacts | null>;
  rollout(id: string): Promise<RolloutFacts | null>;
  /** The rollout of the service that was asked for last, and why. */
  newest(service: string): Promise<(RolloutFacts & { readonly reason: string | null }) | null>;
  /** The newest rollback of this rollout that was not given up, with the instances on which it is still owed. */
  takenBackBy(id: string): Promise<(RolloutFacts & { readonly owes: readonly string[] }) | null>;
  /** Live rollouts with an unsettled or held target on one of the instances. */
  overlapping(
    service: string,
    instances: readonly string[],
  ): Promise<readonly (RolloutFacts & { readonly instances: readonly string[] })[]>;
  /** Of the service's newest ended rollouts; a kind that has changed nothing yet is judged by the other one's changes. */
  pastTimes(service: string, kind: RolloutKind): Promise<PastTimes>;
  /** Longest run of each version in the service, and how often it failed there. */
  ranWell(
    service: string,
    versions: readonly string[],
  ): Promise<readonly { readonly version: string; readonly seconds: number; readonly errors: number }[]>;
  /** The newest rollout of the service that somebody else started, when it is younger than a minute. */
  justActed(service: string, besides: string): Promise<{ readonly by: string; readonly seconds: number } | null>;
  /** Workers that were seen alive within the last fifteen seconds. */
  workersAlive(): Promise<number>;
  exists(id: string): Promise<boolean>;
  /** What an ended rollout left undone, to be tried again: its instances that do not run its version because of it. */
  unfinished(id: string): Promise<Unfinished | null>;
  now(): Promise<Date>;
}
