/** A rollout while a decision is made on it: changes are collected, the input is left as it was. */
import type { Failure, Params } from "./errors";
import type { EventCode } from "./events";
import type { Coded, Progress, Release, Rollout, RolloutEvent, Target, TargetMemory } from "./rollout-state";
import { FRESH_MEMORY, sameRelease } from "./rollout-state";
import { hasEnded, type EndedRolloutStatus, type RolloutStatus } from "./statuses";

export interface NewStep {
  readonly instance: string;
  readonly kind: "stage" | "activate" | "fence";
  readonly delayMs: number;
}

/** What goes into the history, in the transaction of the decision. */
export type HistoryFact =
  | { readonly kind: "runs"; readonly instance: string; readonly release: Release; readonly opener: "deployment" | "rollback" | "put_back"; readonly rollout: string; readonly attempt: number; readonly changed: boolean; readonly at: number }
  | { readonly kind: "failed"; readonly instance: string; readonly release: Release; readonly opener: "deployment" | "rollback" | "put_back"; readonly rollout: string; readonly attempt: number; readonly outcome: "failed" | "put_back"; readonly failure: Failure; readonly startedAt: number; readonly endedAt: number; readonly runs: Release | null };

export interface NewDebt {
  readonly instance: string;
  /** `record`: only ask what happened. `restore`: carry it out when nothing newer touched the instance. */
  readonly duty: "record" | "restore";
  readonly release: Release;
  readonly attempt: number;
  readonly generation: number;
}

export class Draft {
  rollout: Rollout;
  readonly targets: Map<string, Target>;
  readonly dirty = new Set<string>();
  readonly steps = new Map<string, NewStep>();
  /** Instances whose step under way is no longer wanted. */
  readonly voided = new Set<string>();
  readonly events: RolloutEvent[] = [];
  readonly history: HistoryFact[] = [];
  readonly debts: NewDebt[] = [];

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
    return [...this.targets.values()];
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
    const resumeTo = status === "preparing" || status === "running" || status === "baking" ? status : null;
    this.progress({ resumeTo, starvedSince: null });
    this.status("paused", reason);
    this.event("paused", { why: reason.code, ...reason.params });
  }

  /** Ends the rollout: what was never begun is skipped, what cannot be known is owed, holds are released. */
  end(status: EndedRolloutStatus, reason: Coded | null): void {
    for (const target of this.all) {
      this.void(target.instance);
      if (target.status === "unknown" || target.status === "switching" || target.status === "verifying") this.owe(target);
      else if (target.status === "waiting" || target.status === "staging" || target.status === "staged") this.leave(target);
      if (target.holding) this.target(target.instance, { holding: false });
    }
    this.progress({ bakeUntil: null, resumeTo: null, starvedSince: null });
    this.set({ status, statusReason: reason, completedAt: this.now, heldBy: null });
    const { succeeded, failed, total } = countOf(this.all);
    this.event("rollout_ended", { status, reason: reason?.code ?? null, succeeded, failed, total });
  }

  /** A put-back that was not begun is owed to the instance; a change that was not begun never was. */
  private leave(target: Target): void {
    if (target.direction === "back" && !this.rollout.progress.aborting) return this.owe(target);
    if (target.direction === "back") this.target(target.instance, { status: "succeeded", endedAt: this.now });
    else this.target(target.instance, { status: "skipped", endedAt: this.now });
  }

  private owe(target: Target): void {
    if (target.holding) {
      const back = target.direction === "back";
      const release = back ? target.from : target.to;
      const duty = back || this.rollout.kind === "rollback" ? "restore" : "record";
      if (release) this.debts.push({ instance: target.instance, duty, release, attempt: target.attempt, generation: target.generation });
    }
    this.target(target.instance, { status: "unknown", endedAt: this.now, versionNow: null });
  }
}

export function countOf(targets: readonly Target[]): { readonly succeeded: number; readonly failed: number; readonly total: number } {
  return {
    succeeded: targets.filter((target) => target.status === "succeeded").length,
    failed: targets.filter((target) => target.status === "failed" || target.status === "unknown").length,
    total: targets.length,
  };
}

/** What this attempt brings to the instance. */
export function goalOf(target: Target): Release {
  return target.direction === "back" && target.from ? target.from : target.to;
}

export function changesRelease(target: Target): boolean {
  return !sameRelease(target.from, target.to);
}
