/** Rollouts and events, as the store has them. */
import type { Failure, Params } from "../../domain/errors";
import type { EventCode } from "../../domain/events";
import type { RolloutResult } from "../../domain/result";
import type { Coded, Progress } from "../../domain/rollout-state";
import type { RolloutKind, RolloutStatus, TargetStatus } from "../../domain/statuses";
import type { Strategy } from "../../domain/strategy";
import type { Labels } from "./page";

export interface TargetFilter {
  /** Any of them; none means every status. */
  readonly statuses: readonly TargetStatus[];
}

/** Which end of a log comes first. */
export type LogOrder = "oldest" | "newest";

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
