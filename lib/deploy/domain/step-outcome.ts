/** What a worker found out on a host, as the machine takes it in. */
import type { SentInstead } from "./delivery";
import type { Evidence, FailureCode, Params } from "./errors";
import type { HostTrouble } from "./host-troubles";
import type { Release } from "./rollout-state";

/** What was seen of an instance on its host. Releases are told by version and revision. */
export interface Seen {
  readonly current: Release | null;
  readonly processAlive: boolean;
  /** A health question asked on the host; null = none was asked. */
  readonly answers: boolean | null;
  /** The release that the target goes to is complete on the host. */
  readonly releaseOnHost: boolean;
}

/** The main process of an instance, as its host tells it: since when by the host's own clock, in milliseconds. */
export interface RunningProcess {
  readonly pid: number;
  readonly since: number;
}

/** How the change that was under way ended. `none`: it never began on the host. */
export type InFlightEnd =
  | { readonly kind: "none" }
  | { readonly kind: "verified" }
  | {
      readonly kind: "failed";
      readonly code: FailureCode;
      readonly params: Params;
      readonly evidence: Evidence | null;
      readonly durationMs: number;
    };

/** `stop`: the process of an instance is ended, and nothing takes its place. */
export type StepKind = "stage" | "activate" | "fence" | "stop";

export type StepOutcome =
  /** `sentInstead`: it was sent, although its host was to fetch it. Outcomes of earlier builds know nothing of that. */
  | { readonly kind: "staged"; readonly sentInstead?: { readonly why: SentInstead; readonly detail: string | null } }
  | { readonly kind: "stage_failed"; readonly code: FailureCode; readonly params: Params }
  | { readonly kind: "fenced"; readonly seen: Seen; readonly inFlight: InFlightEnd }
  /** `process`: what runs there now, where the host told. Outcomes of earlier builds know nothing of that. */
  | { readonly kind: "verified"; readonly changed: boolean; readonly process?: RunningProcess | null }
  | { readonly kind: "stopped" }
  /** Not an end: the new version has been started and is being verified. */
  | { readonly kind: "verifying" }
  | {
      readonly kind: "not_verified";
      readonly code: FailureCode;
      readonly params: Params;
      readonly evidence: Evidence;
      /** What its host put back and verified; null = nothing runs. */
      readonly runs: Release | null;
      /** By the host's own clock; when it was is told by the database's. */
      readonly durationMs: number;
    }
  /** Nothing was begun: what ran runs. */
  | { readonly kind: "refused"; readonly code: FailureCode; readonly params: Params }
  | { readonly kind: "stale_generation"; readonly seen: number }
  | { readonly kind: "no_answer"; readonly reason: string; readonly trouble?: HostTrouble | null }
  /** The worker itself could not do it; what became of it on the host is not known. */
  | { readonly kind: "worker_failed"; readonly detail: string; readonly evidence: Evidence };

export interface StepDone {
  readonly instance: string;
  readonly attempt: number;
  readonly step: StepKind;
  readonly outcome: StepOutcome;
}
