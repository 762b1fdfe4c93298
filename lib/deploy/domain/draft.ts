/** A rollout while a decision is made on it: changes are collected, the input is left as it was. */
import type { Failure, Params } from "./errors";
import type { EventCode } from "./events";
import type { Coded, InFlight, Progress, Release, Rollout, RolloutEvent, Target, TargetMemory } from "./rollout-state";
import { FRESH_MEMORY, isChanging, isSettled, sameRelease, txOf } from "./rollout-state";
import { type EndedRolloutStatus, hasEnded, type RolloutStatus } from "./statuses";
import type { RunningProcess, StepKind } from "./step-outcome";

export interface NewStep {
  readonly instance: string;
  readonly kind: StepKind;
  readonly delayMs: number;
}

/** What goes into the history, in the transaction of the decision. */
export type HistoryFact =
  | {
      readonly kind: "runs";
      readonly instance: string;
      readonly release: Release;
      readonly opener: "deployment" | "rollback" | "put_back";
      readonly rollout: string;
      readonly attempt: number;
      readonly changed: boolean;
      /** null = the host has not told its process. */
      readonly process: RunningProcess | null;
      readonly at: number;
    }
  | {
      readonly kind: "failed";
      readonly instance: string;
      readonly release: Release;
      readonly opener: "deployment" | "rollback" | "put_back";
      readonly rollout: string;
      readonly attempt: number;
      readonly outcome: "failed" | "put_back";
      readonly failure: Failure;
      readonly startedAt: number;
      readonly endedAt: number;
      readonly runs: Release | null;
    }
  /** Its run was ended on its host, and nothing runs there now. */
  | {
      readonly kind: "stopped";
      readonly instance: string;
      readonly release: Release;
      readonly opener: "put_back";
      readonly rollout: string;
      readonly attempt: number;
      readonly at: number;
    };

export interface NewDebt {
  readonly instance: string;
  /** `record`: only ask what happened. `restore`, `stop`: carry it out when nothing newer touched the instance. */
  readonly duty: "record" | "restore" | "stop";
  readonly release: Release;
  /** The change whose end is to be asked for; it may be another rollout's, whose instance was taken over. */
  readonly tx: string;
  readonly attempt: number;
  readonly generation: number;
}

/** How a change ended that another rollout had begun: told under the target of the one that began it. */
export interface EndElsewhere {
  readonly rollout: string;
  readonly instance: string;
  readonly attempt: number;
  readonly changed: boolean;
  readonly failure: Failure | null;
  readonly versionNow: string | null;
}

export class Draft {
  rollout: Rollout;
  readonly targets: Map<string, Target>;
  /** `targets` in their order, until one of them changes. */
  private listed: readonly Target[] | null = null;
  readonly dirty = new Set<string>();
  readonly steps = new Map<string, NewStep>();
  /** Instances whose step under way is no longer wanted. */
  readonly voided = new Set<string>();
  /** Instances that their hosts found down before anything was changed: as if a health question had found it. */
  readonly foundDown = new Set<string>();
  readonly events: RolloutEvent[] = [];
  readonly history: HistoryFact[] = [];
  readonly debts: NewDebt[] = [];
  readonly endsElsewhere: EndElsewhere[] = [];

  constructor(
    rollout: Rollout,
    targets: Iterable<Target>,
    readonly now: number,
    /** Instances with a step that is not done yet. */
    readonly pending: ReadonlySet<string> = new Set(),
  ) {
    this.rollout = rollout;
    this.targets = new Map([...targets].map((target) => [target.instance, target]));
  }

  get all(): readonly Target[] {
    this.listed ??= [...this.targets.values()];
    return this.listed;
  }

  set(change: Partial<Rollout>): void {
    this.rollout = { ...this.rollout, ...change };
  }

  progress(change: Partial<Progress>): void {
    this.set({ progress: { ...this.rollout.progress, ...change } });
  }

  target(instance: string, change: Partial<Omit<Target, "memory">> & { readonly memory?: Partial<TargetMemory> }): Target {
    const before = this.targets.get(instance);
    if (!before) throw new Error(`${instance} is no target of ${this.rollout.id}`);
    const after = { ...before, ...change, memory: { ...before.memory, ...change.memory } };
    this.targets.set(instance, after);
    this.listed = null;
    this.dirty.add(instance);
    return after;
  }

  event(code: EventCode, params: Params = {}, instance: string | null = null, actor: string | null = null): void {
    this.events.push({ code, params, instance, actor });
  }

  /** Asks for a step, unless one of this target is under way. */
  step(instance: string, kind: NewStep["kind"], delayMs = 0): void {
    if (this.isBusy(instance)) return;
    this.steps.set(instance, { instance, kind, delayMs });
  }

  isBusy(instance: string): boolean {
    return this.steps.has(instance) || (this.pending.has(instance) && !this.voided.has(instance));
  }

  void(instance: string): void {
    this.steps.delete(instance);
    if (this.pending.has(instance)) this.voided.add(instance);
  }

  /** Begins a target anew: another attempt, which its host tells from the older ones by a higher generation. */
  anew(target: Target, change: Partial<Omit<Target, "memory">> & { readonly memory?: Partial<TargetMemory> }): Target {
    this.void(target.instance);
    return this.target(target.instance, {
      status: "waiting",
      attempt: target.attempt + 1,
      generation: target.generation + 1,
      confirmedDown: false,
      endedAt: null,
      ...change,
      memory: { ...FRESH_MEMORY, expect: target.memory.expect, ...change.memory },
    });
  }

  status(status: RolloutStatus, reason: Coded | null = null): void {
    this.set({ status, statusReason: reason });
  }

  pause(reason: Coded): void {
    const { status } = this.rollout;
    if (status === "paused" || hasEnded(status)) return;
    const resumeTo = status === "rolling_back" ? null : status;
    this.progress({ resumeTo, starvedSince: null });
    this.status("paused", reason);
    this.event("paused", { why: reason.code, ...reason.params });
  }

  /** Ends the rollout: what was never begun is skipped, what cannot be known is owed, holds are released. */
  end(status: EndedRolloutStatus, reason: Coded | null): void {
    for (const target of this.all) {
      this.void(target.instance);
      if (!isSettled(target.status)) this.leave(target);
      if (target.holding) this.target(target.instance, { holding: false });
    }
    this.progress({ bakeUntil: null, resumeTo: null, starvedSince: null });
    this.set({ status, statusReason: reason, completedAt: this.now, heldBy: null });
    const { succeeded, failed, total } = countOf(this.all);
    this.event("rollout_ended", { ...reason?.params, status, reason: reason?.code ?? null, succeeded, failed, total });
  }

  /**
   * The rollout ends without this target's: what it wanted is owed, or the answer how its change ended; else the target is what it
   * was: verified, failed, or never begun. After an abort nothing is carried out any more.
   */
  private leave(target: Target): void {
    const { instance, generation, attempt } = target;
    const untold = untoldChange(this.rollout, target);
    const wanted =
      target.direction === "back" ||
      (this.rollout.kind === "rollback" && (target.status === "unknown" || isChanging(target.status)));
    if (wanted && !this.rollout.progress.aborting) {
      this.debts.push({
        instance,
        duty: goesOff(target) ? "stop" : "restore",
        release: goalOf(target),
        tx: txOf(this.rollout.id, attempt),
        attempt,
        generation,
      });
    } else if (untold !== null) {
      this.debts.push({ instance, duty: "record", release: untold.to, tx: untold.tx, attempt: untold.attempt, generation });
    } else if (target.changed && target.memory.runsNew && target.failure === null) {
      this.target(instance, { status: "succeeded", endedAt: this.now, memory: { runsNew: false } });
      this.event("target_unchanged", { instance, version: target.to.version }, instance);
      return;
    } else if (target.failure !== null && target.failure.step !== "settle") {
      return this.fail(target, target.failure, target.versionNow);
    } else {
      return this.skip(target);
    }
    if (target.status !== "unknown") this.event("target_unknown", { instance }, instance);
    this.target(instance, { status: "unknown", endedAt: this.now, versionNow: null });
  }

  /** It has failed, and its log says why in the words of the failure. */
  fail(target: Target, failure: Failure, versionNow: string | null, memory: Partial<TargetMemory> = {}): void {
    const { instance } = target;
    this.target(instance, { status: "failed", failure, versionNow, endedAt: this.now, memory });
    const version = goalOf(target).version;
    this.event("target_failed", { ...failure.params, instance, code: failure.code, version, version_now: versionNow }, instance);
  }

  /** It was never begun. */
  skip(target: Target): void {
    this.target(target.instance, { status: "skipped", failure: null, endedAt: this.now });
    this.event("target_skipped", { instance: target.instance }, target.instance);
  }
}

export function countOf(targets: readonly Target[]): {
  readonly succeeded: number;
  readonly failed: number;
  readonly total: number;
} {
  return {
    succeeded: targets.filter((target) => target.status === "succeeded").length,
    failed: targets.filter((target) => target.status === "failed" || target.status === "unknown").length,
    total: targets.length,
  };
}

/** The step that a target's state asks for; null = it waits for no host. */
export function wantedStep(rollout: Rollout, target: Target): NewStep["kind"] | null {
  const { began, fenced, inFlight } = target.memory;
  // Where something may have been begun, or may run that is not recorded, the host is asked before anything is switched.
  const asksFirst = rollout.kind === "rollback" || target.direction === "back" || target.attempt > 1 || inFlight !== null;
  const brings = asksFirst && !fenced ? "fence" : "stage";
  switch (target.status) {
    case "waiting":
    case "staging":
      return brings;
    case "switching":
    case "verifying":
      return goesOff(target) ? "stop" : "activate";
    case "unknown":
      return !began ? brings : goesOff(target) ? "stop" : "activate";
    case "staged":
    case "succeeded":
    case "failed":
    case "put_back":
    case "skipped":
    case "taken_over":
      return null;
    default:
      return target.status satisfies never;
  }
}

/** The change of this instance that may be under way on its host, or may have ended there without being told. */
export function untoldChange(rollout: Rollout, target: Target): InFlight | null {
  const { memory } = target;
  if (memory.began && (isChanging(target.status) || target.status === "unknown")) {
    const opener = target.direction === "back" ? "put_back" : rollout.kind;
    return {
      tx: txOf(rollout.id, target.attempt),
      rollout: rollout.id,
      attempt: target.attempt,
      to: goalOf(target),
      opener,
      own: true,
    };
  }
  return memory.fenced || isSettled(target.status) ? null : memory.inFlight;
}

/** It goes back to what it ran before, which was nothing: its process is stopped. */
export function goesOff(target: Target): boolean {
  return target.direction === "back" && target.from === null;
}

/** What this attempt brings to the instance; of one that goes off, what it leaves. */
export function goalOf(target: Target): Release {
  return target.direction === "back" && target.from ? target.from : target.to;
}

export function changesRelease(target: Target): boolean {
  return !sameRelease(target.from, target.to);
}
