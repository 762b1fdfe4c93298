/** What the machine knows of a rollout. Times are milliseconds of the database's clock. */
import type { Failure, Params } from "./errors";
import type { EventCode } from "./events";
import type { RolloutKind, RolloutStatus, TargetStatus } from "./statuses";
import type { Strategy } from "./strategy";

export interface Release {
  readonly version: string;
  readonly revision: number;
}

export interface Coded {
  readonly code: string;
  readonly params: Params;
}

/** A change that was under way on a host when its instance got another attempt or another holder. */
export interface InFlight {
  readonly tx: string;
  readonly rollout: string;
  readonly attempt: number;
  readonly to: Release;
  readonly opener: "deployment" | "rollback" | "put_back";
  /** Of an older attempt of the same target. */
  readonly own: boolean;
}

/** What is remembered of a target between decisions. */
export interface TargetMemory {
  /** The host was fenced for this attempt: nothing older changes the instance any more, and what runs was seen. */
  readonly fenced: boolean;
  /** By that look, the release is on the host; null = not looked. */
  readonly onHost: boolean | null;
  /** Since when the present work is tried. */
  readonly since: number | null;
  /** Questions to the host without an answer, in a row. */
  readonly unanswered: number;
  /** The change began on the host, or may have. */
  readonly began: boolean;
  /** It runs the rollout's version although its status does not say so: it fell over in the bake, or waits to be put back or tried again. */
  readonly runsNew: boolean;
  /** The release was brought again because the host missed it: once an attempt. */
  readonly restaged: boolean;
  /** The change of another attempt or rollout that was under way when this attempt took the instance. */
  readonly inFlight: InFlight | null;
  /** What may run before the change; anything else is `precondition_changed`. null = whatever runs. */
  readonly expect: readonly Release[] | null;
}

export const FRESH_MEMORY: TargetMemory = {
  fenced: false,
  onHost: null,
  since: null,
  unanswered: 0,
  began: false,
  runsNew: false,
  restaged: false,
  inFlight: null,
  expect: null,
};

/** One instance in one rollout. */
export interface Target {
  readonly instance: string;
  readonly host: string;
  readonly wave: number;
  /** What it ran before, and goes back to; null = nothing. */
  readonly from: Release | null;
  readonly to: Release;
  readonly status: TargetStatus;
  readonly attempt: number;
  /** Of the instance when this attempt took it: its host refuses what comes with a lower one than it has seen. */
  readonly generation: number;
  /** `back`: this attempt puts back what the rollout changed. */
  readonly direction: "forward" | "back";
  /** The rollout has this instance: no other may change it. */
  readonly holding: boolean;
  /** It runs, or ran, `to` because of this rollout; false where it did so already. */
  readonly changed: boolean;
  /** Whether it answered as the rollout began; null = that was not known. */
  readonly answeredBefore: boolean | null;
  /** Its host said for this attempt that it does not run, or does not answer. */
  readonly confirmedDown: boolean;
  /** What runs there now, by its host; null = nothing, or it is not known. */
  readonly versionNow: string | null;
  readonly failure: Failure | null;
  readonly memory: TargetMemory;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

/** What is remembered of the rollout between decisions. */
export interface Progress {
  /** The wave under way, from 1; 0 = none has begun. */
  readonly wave: number;
  readonly bakeUntil: number | null;
  /** Waves whose gate a person has opened. */
  readonly gates: readonly number[];
  /** Where a pause returns to. */
  readonly resumeTo: "scheduled" | "preparing" | "running" | "baking" | null;
  /** Failures that a person has accepted by resuming. */
  readonly accepted: number;
  readonly aborting: boolean;
  readonly stopping: boolean;
  /** An automatic reversal has begun: at most one a rollout. */
  readonly reversed: boolean;
  /** Since when `min_healthy` leaves no room. */
  readonly starvedSince: number | null;
  /** Since when a due deployment finds its instances busy. */
  readonly busySince: number | null;
  /** Instances of earlier waves whose falling over was already told. */
  readonly alarmed: readonly string[];
  /** The package is checked and the version bound to it; a rollback needs no such step. */
  readonly packageReady: boolean;
}

export interface Rollout {
  readonly id: string;
  readonly kind: RolloutKind;
  readonly service: string;
  /** null where the targets' versions differ. */
  readonly version: string | null;
  readonly status: RolloutStatus;
  readonly statusReason: Coded | null;
  readonly strategy: Strategy;
  readonly requestedBy: string;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  readonly scheduledUntil: number | null;
  /** Its instances are started anew even where nothing differs. */
  readonly restart: boolean;
  /** The rollout that this one-click rollback takes back. */
  readonly takesBack: string | null;
  /** The rollback of its instances that has been accepted and not begun: until then nothing further is begun here. */
  readonly heldBy: string | null;
  /** The rollback that has taken its instances. */
  readonly supersededBy: string | null;
  /** This rollback holds its service's deployments. */
  readonly hold: boolean;
  /** An instance was, or is being, changed to another release: there is something that one click can take back. */
  readonly changed: boolean;
  readonly progress: Progress;
}

export const FRESH_PROGRESS: Progress = {
  wave: 0,
  bakeUntil: null,
  gates: [],
  resumeTo: null,
  accepted: 0,
  aborting: false,
  stopping: false,
  reversed: false,
  starvedSince: null,
  busySince: null,
  alarmed: [],
  packageReady: false,
};

export interface RolloutEvent {
  readonly code: EventCode;
  readonly params: Params;
  readonly instance: string | null;
  readonly actor: string | null;
}

export function sameRelease(a: Release | null, b: Release | null): boolean {
  return a !== null && b !== null && a.version === b.version && a.revision === b.revision;
}

/** Names the change of one attempt on its host, for ever. */
export function txOf(rollout: string, attempt: number): string {
  return `${rollout}:${attempt}`;
}

/** Its change is under way. */
export function isChanging(status: TargetStatus): boolean {
  return status === "switching" || status === "verifying";
}

/** Nothing of this target is still to come, unless it is reversed or tried again. */
export function isSettled(status: TargetStatus): boolean {
  switch (status) {
    case "succeeded":
    case "failed":
    case "put_back":
    case "skipped":
    case "taken_over":
      return true;
    case "waiting":
    case "staging":
    case "staged":
    case "switching":
    case "verifying":
    case "unknown":
      return false;
    default:
      return status satisfies never;
  }
}
