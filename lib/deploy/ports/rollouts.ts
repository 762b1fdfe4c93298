/** What the engine and the commands ask of the store. Every method that changes something is one transaction. */

import type { ServiceLoad } from "../domain/budget";
import type { Draft } from "../domain/draft";
import type { Release, Rollout, Target } from "../domain/rollout-state";
import type { ServiceSettings } from "../domain/settings";
import type { RolloutKind } from "../domain/statuses";
import type { StepDone, StepKind, StepOutcome } from "../domain/step-outcome";
import type { Strategy } from "../domain/strategy";
import type { Owed } from "../domain/take-over";
import type { Actor, HostRef, StoredPackage } from "./index";
import type { PlanReads } from "./plan-reads";

export * from "./plan-reads";

/** A rollout with all that a decision needs. */
export interface Snapshot {
  readonly rollout: Rollout;
  readonly targets: readonly Target[];
  /** Instances with a step that has not ended. */
  readonly pending: ReadonlySet<string>;
}

export interface Claimed {
  readonly id: string;
  readonly leaseNo: bigint;
  /** How long its lease lasts, in milliseconds; each decision begins it anew. */
  readonly leaseMs: number;
  /** The owner whose lease had run out; null = it was given back, or nobody's. */
  readonly lostBy: string | null;
}

/** One thing to do on one host, claimed, with everything that doing it needs. */
export interface ClaimedStep {
  readonly id: bigint;
  readonly leaseNo: bigint;
  readonly rolloutId: string;
  readonly rolloutKind: RolloutKind;
  readonly service: string;
  readonly instance: string;
  readonly attempt: number;
  readonly generation: number;
  readonly kind: StepKind;
  readonly tx: string;
  readonly input: StepInput;
  readonly host: HostRef;
  readonly port: number;
  readonly release: { readonly sha256: string; readonly size: number } | null;
  readonly packageUrl: string | null;
  readonly packageSha256: string | null;
}

export interface StepInput {
  readonly goal: Release;
  readonly mode: "deployment" | "rollback";
  readonly force: boolean;
  readonly inFlightTx: string | null;
  /** It was asked for before: a change that may be under way already. */
  readonly again: boolean;
}

export interface PackageWish {
  readonly service: string;
  readonly version: string;
  readonly url: string;
  readonly expectSha256: string | null;
  readonly barrier: { readonly reason: string; readonly by: string } | null;
}

export type PackageState = { readonly kind: "bound" } | { readonly kind: "wanted"; readonly wish: PackageWish };

/** What a decision may ask while its transaction is open. */
export interface DecisionFacts extends Snapshot {
  /** Milliseconds of the database's clock. */
  readonly now: number;
  readonly done: readonly StepDone[];
  readonly load: ServiceLoad;
  readonly fallen: ReadonlyMap<string, number>;
  readonly restarted: ReadonlySet<string>;
  readonly serviceHeld: boolean;
  /** Other live rollouts that hold instances of this one; asked only while it is scheduled. */
  readonly busyWith: readonly string[];
  readonly generations: ReadonlyMap<string, number>;
  /** What its instances run by the record; asked only while it is scheduled. */
  readonly running: ReadonlyMap<string, Release | null>;
  /** Changes of its instances whose end nobody knows, of rollouts that have ended; asked only while it is scheduled. */
  readonly owed: Owed;
}

export interface NewTarget {
  readonly instance: string;
  readonly host: string;
  readonly wave: number;
  readonly from: Release | null;
  readonly to: Release;
  readonly answeredBefore: boolean | null;
  readonly expect: readonly Release[] | null;
}

/** An instance of a restart that has nothing to be started: its target is `skipped` from the first. */
export interface WithoutVersion {
  readonly instance: string;
  readonly host: string;
  readonly revision: number;
}

export interface NewRollout {
  readonly id: string;
  readonly kind: RolloutKind;
  readonly service: string;
  readonly version: string | null;
  readonly strategy: Strategy;
  readonly reason: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly packageUrl: string | null;
  readonly packageSha256: string | null;
  readonly barrier: { readonly reason: string } | null;
  readonly restart: boolean;
  readonly takesBack: string | null;
  readonly retryOf: string | null;
  readonly hold: boolean;
  readonly targets: readonly NewTarget[];
  readonly withoutVersion: readonly WithoutVersion[];
}

export interface RenewedLeases {
  /** Still this owner's. */
  readonly kept: readonly string[];
  /** Of these, prolonged; the others were locked by somebody's transaction. */
  readonly renewed: readonly string[];
}

export interface RolloutStore {
  readonly reads: PlanReads;
  /**
   * Accepts a rollout in one transaction, under the service's lock: `make` plans on what the transaction sees and returns what to
   * write. The id is an idempotency key: known with the same request, nothing is written and `created` is false; with another
   * one `id_reused`. `make` may return an existing rollout instead.
   */
  accept(
    actor: Actor,
    id: string,
    service: string,
    request: unknown,
    make: (reads: PlanReads) => Promise<NewRollout | { readonly existing: string }>,
  ): Promise<{ readonly id: string; readonly created: boolean }>;
  /** A person's action on a live rollout, under its lock. */
  actOn(actor: Actor, id: string, expectedSeq: number | null, act: (facts: DecisionFacts) => Draft): Promise<void>;

  /** Takes what runs there, by the last inspection, into the history; otherwise why not. */
  adopt(actor: Actor, instance: string): Promise<"instance_not_found" | "instance_busy" | "version_not_found" | null>;

  /** `onlyRollbacks`: of one that has as many as it may drive, and for which no rollback waits. */
  claimRollouts(owner: string, limit: number, leaseMs: number, onlyRollbacks?: boolean): Promise<readonly Claimed[]>;
  /** Renews the leases that are still this owner's, and says which these are. */
  renewRollouts(owner: string, ids: readonly string[], leaseMs: number): Promise<RenewedLeases>;
  /** Gives leases back: of these rollouts, or of all. */
  releaseRollouts(owner: string, ids?: readonly string[]): Promise<void>;
  /** Everyone who holds a lease of a rollout or a step, or was alive lately. */
  leaseHolders(): Promise<readonly string[]>;
  /** Gives everything back that this holder holds; for one that is certainly gone. */
  releaseHolder(owner: string): Promise<void>;
  /** One decision of the owner, in one transaction; a take-over is another one. `lost` when the lease is not its own any more. */
  decideOn(claimed: Claimed, decide: Decider): Promise<DecisionResult>;
  packageOf(id: string): Promise<PackageState>;
  /** Binds the version to its bytes: a unique insert. Throws `version_content_changed`. */
  bindVersion(wish: PackageWish, stored: StoredPackage): Promise<void>;

  /** `onlyBack`: only what goes back, for a worker that has its hands full. */
  claimSteps(owner: string, limit: number, leaseMs: number, onlyBack?: boolean): Promise<readonly ClaimedStep[]>;
  renewSteps(owner: string, ids: readonly bigint[], leaseMs: number): Promise<readonly bigint[]>;
  /** Records outcomes of steps that are still this owner's; the others are dropped. */
  finishSteps(
    owner: string,
    outcomes: readonly { readonly id: bigint; readonly leaseNo: bigint; readonly outcome: StepOutcome }[],
  ): Promise<void>;
  /** Says of changes under way that they have come as far as being verified; those that are not this owner's any more are left out. */
  markVerifying(owner: string, steps: readonly { readonly id: bigint; readonly leaseNo: bigint }[]): Promise<void>;
  releaseSteps(owner: string, ids: readonly bigint[]): Promise<void>;

  settings(service: string, revision: number): Promise<ServiceSettings>;
}

/** What the owner decides; "take_over" asks for the transaction that takes the instances from the rollouts that have them. */
export type Decider = (facts: DecisionFacts) => Draft | "take_over";

export type DecisionResult =
  | { readonly kind: "lost" }
  | {
      readonly kind: "decided";
      /** Nothing is to be done for long: its lease may be given back. */
      readonly idle: boolean;
      readonly ended: boolean;
      readonly wakeInMs: number | null;
      readonly steps: number;
    };
