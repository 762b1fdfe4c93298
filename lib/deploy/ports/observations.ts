/** What workers ask of the store to keep looking at the fleet. Each claim is shared out: any number of workers may look. */
import type { Failure } from "../domain/errors";
import type { Release } from "../domain/rollout-state";
import type { HealthCheck, ServiceSettings } from "../domain/settings";
import type { HealthAnswer, HostRef, HostUnreachable, InstanceReport } from "./index";

export interface HealthQuestion {
  readonly instance: string;
  readonly host: HostRef;
  readonly address: string;
  readonly port: number;
  readonly check: HealthCheck;
  /** A rollout watches it, and its host may start it again by itself: whether it did is asked there. */
  readonly mayRestart: boolean;
  /** The database's time of the claim: what was seen later by somebody else is newer than this answer. */
  readonly askedAt: Date;
}

export interface HealthRecord {
  readonly question: HealthQuestion;
  readonly answer: HealthAnswer;
  /** How often its host started it again since its change; null = not asked, or no answer. */
  readonly restarts: number | null;
}

export interface HostToInspect {
  readonly host: HostRef;
  readonly instances: readonly string[];
  readonly askedAt: Date;
}

export interface Debt {
  readonly id: bigint;
  readonly instance: string;
  readonly service: string;
  readonly rolloutId: string;
  readonly duty: "record" | "restore" | "stop";
  readonly tx: string;
  readonly release: Release;
  readonly releaseRef: { readonly sha256: string; readonly size: number } | null;
  /** Where the package can be had when neither the host nor the store has it. */
  readonly source: { readonly url: string; readonly sha256: string };
  readonly generation: number;
  /** The instance's generation now; higher than the debt's when something newer took it. */
  readonly instanceGeneration: number;
  readonly host: HostRef;
  readonly port: number;
  readonly settings: ServiceSettings;
  readonly asks: number;
}

/** What was found out about a debt. */
export type Settlement =
  | { readonly kind: "runs"; readonly release: Release; readonly changed: boolean }
  | { readonly kind: "failed"; readonly failure: Failure; readonly durationMs: number; readonly runs: Release | null }
  /** Its process was stopped, as was owed. */
  | { readonly kind: "stopped" }
  | { readonly kind: "never_began" }
  | { readonly kind: "newer" };

export interface ObservationStore {
  /** Takes up to `limit` instances that are due: every ten seconds, every two while a rollout watches them. */
  claimHealthQuestions(limit: number): Promise<readonly HealthQuestion[]>;
  /** Records answers, unless something newer was seen meanwhile; a change of health is an event, and so is a restart. */
  recordHealth(answers: readonly HealthRecord[]): Promise<void>;
  claimHosts(limit: number): Promise<readonly HostToInspect[]>;
  /** What really runs, beside the record: hands' changes are adopted, anything else that differs is drift. */
  recordInspection(asked: HostToInspect, reports: readonly InstanceReport[]): Promise<void>;
  recordSilence(asked: HostToInspect, silence: Pick<HostUnreachable, "reason" | "trouble">): Promise<void>;
  claimDebts(limit: number, leaseMs: number): Promise<readonly Debt[]>;
  /** Prolongs leases that have not run out; returns those that it prolonged. */
  renewDebts(ids: readonly bigint[], leaseMs: number): Promise<readonly bigint[]>;
  /** Gives debts back, unsettled, for whoever asks next. */
  releaseDebts(ids: readonly bigint[]): Promise<void>;
  /** Raises the instance's generation above the debt's, so that the change that is owed can be told to have never begun. */
  fenceDebt(debt: Debt): Promise<number | null>;
  settleDebt(debt: Debt, settlement: Settlement): Promise<void>;
  /** Ask again: half a second, doubled each time, at most a minute. */
  postponeDebt(debt: Debt): Promise<void>;
  /** Says that this worker lives, and numbers the events of writers that died before they could. */
  workerAlive(id: string, machine: string, pid: number): Promise<void>;
  workerStopped(id: string): Promise<void>;
}
