/**
 * The store and the engine in memory: applies decisions as the real store does (one holder an instance, generations, history, owed
 * debts, what `min_healthy` counts) and has their steps done by simulated hosts. Time stands still unless it is moved.
 */
import { act } from "../actions";
import type { ServiceLoad } from "../budget";
import { Draft, goalOf, type NewDebt, type NewStep } from "../draft";
import type { RolloutEvent } from "../rollout-state";
import { decide, type World } from "../machine";
import { type Destination, broughtBy, takeBackDestination } from "../rollback-target";
import { FRESH_MEMORY, FRESH_PROGRESS, isChanging, isSettled, type Release, type Rollout, type Target, txOf } from "../rollout-state";
import { resultOf, type RolloutResult } from "../result";
import { decideSchedule } from "../schedule";
import { hasEnded, type RolloutAction, type RolloutKind } from "../statuses";
import type { StepDone } from "../step-outcome";
import { resolveStrategy, type StrategyChoice } from "../strategy";
import { begin, takeOver } from "../take-over";
import { cutWaves } from "../waves";
import { type Fate, type HostStep, SimulatedFleet } from "./simulated-fleet";
import { SimulatedHistory } from "./simulated-history";

export interface GivenStep extends HostStep {
  readonly rollout: string;
  readonly attempt: number;
  readonly notBefore: number;
}

export interface Live {
  rollout: Rollout;
  targets: Map<string, Target>;
  readonly steps: Map<string, GivenStep>;
  done: StepDone[];
  readonly events: RolloutEvent[];
  readonly baseline: Set<string>;
  packages: World["packages"];
  result: RolloutResult | null;
  resultAt: number;
}

export interface Wish {
  readonly id: string;
  readonly kind: RolloutKind;
  readonly to: Release | ReadonlyMap<string, Destination>;
  readonly instances: readonly string[];
  readonly strategy?: StrategyChoice;
  readonly takesBack?: string;
  readonly restart?: boolean;
}

export interface Debt extends NewDebt {
  readonly rollout: string;
}

interface Observation {
  healthy: boolean;
  since: number;
}

/** Sees every decision as it is written: what was decided, on what, and what came of it. */
export type Watcher = (live: Live, draft: Draft, before: readonly Target[], load: ServiceLoad) => void;

export class SimulatedConsole {
  now = 1_000_000;
  readonly fleet = new SimulatedFleet();
  readonly history: SimulatedHistory;
  readonly rollouts = new Map<string, Live>();
  readonly generations = new Map<string, number>();
  readonly observed = new Map<string, Observation>();
  readonly debts = new Map<string, Debt>();
  /** Every step ever given out: any of them may reach a host late, or twice. */
  readonly given: GivenStep[] = [];
  readonly told: { readonly rollout: string; readonly done: StepDone }[] = [];
  held = false;
  watch: Watcher = () => undefined;

  constructor() {
    this.history = new SimulatedHistory((instance) => {
      const host = this.fleet.machine(instance).host;
      return this.fleet.unreachable.has(host) ? null : (this.observed.get(instance)?.healthy ?? null);
    });
  }

  /** An instance as it is found: running and recorded, or new and empty. */
  add(instance: string, host: string, running: Release | null): void {
    this.fleet.add(instance, host, running);
    this.generations.set(instance, 0);
    if (running === null) return;
    this.history.write({ kind: "runs", instance, release: running, opener: "deployment", rollout: "first", attempt: 1, changed: true, at: this.now });
    this.observed.set(instance, { healthy: true, since: this.now });
  }

  live(id: string): Live {
    const live = this.rollouts.get(id);
    if (!live) throw new Error(`no rollout ${id}`);
    return live;
  }

  get unended(): readonly Live[] {
    return [...this.rollouts.values()].filter((live) => !hasEnded(live.rollout.status));
  }

  accept(wish: Wish): Live {
    const { id, kind } = wish;
    const strategy = resolveStrategy(kind, wish.instances.length, wish.strategy ?? {}, {});
    const placed = wish.instances.map((instance) => ({
      instance,
      host: this.fleet.machine(instance).host,
      zone: null,
      answers: this.observed.get(instance)?.healthy ?? null,
    }));
    const waves = cutWaves(kind, strategy, placed);
    const targets = placed.flatMap(({ instance, host }) => {
      const to = wish.to instanceof Map ? wish.to.get(instance) : wish.to;
      return to && "version" in to ? [this.newTarget(wish, instance, host, to, waves.findIndex((wave) => wave.includes(instance)) + 1)] : [];
    });
    const versions = new Set(targets.map((target) => target.to.version));
    const rollout: Rollout = {
      id,
      kind,
      service: "shop",
      version: versions.size === 1 ? (targets[0]?.to.version ?? null) : null,
      status: "scheduled",
      statusReason: null,
      strategy,
      requestedBy: "ann",
      createdAt: this.now,
      startedAt: null,
      completedAt: null,
      scheduledUntil: this.now + strategy.graceSeconds * 1000,
      restart: wish.restart ?? false,
      takesBack: wish.takesBack ?? null,
      heldBy: null,
      supersededBy: null,
      hold: false,
      changed: false,
      progress: FRESH_PROGRESS,
    };
    const live: Live = {
      rollout,
      targets: new Map(targets.map((target) => [target.instance, target])),
      steps: new Map(),
      done: [],
      events: [],
      baseline: new Set(),
      packages: { kind: "ready" },
      result: null,
      resultAt: 0,
    };
    if (kind === "rollback") for (const other of this.overlapping(live)) other.rollout = { ...other.rollout, heldBy: id };
    this.rollouts.set(id, live);
    return live;
  }

  private newTarget(wish: Wish, instance: string, host: string, to: Release, wave: number): Target {
    const from = this.history.running(instance);
    const holder = this.holderOf(instance);
    const underWay = holder?.targets.get(instance);
    const expected = [...(from ? [from] : []), ...(underWay && !isSettled(underWay.status) ? [goalOf(underWay)] : [])];
    const expect = wish.takesBack === undefined ? null : expected;
    return {
      instance,
      host,
      wave,
      from,
      to: { version: to.version, revision: to.revision },
      status: "waiting",
      attempt: 1,
      generation: 0,
      direction: "forward",
      holding: false,
      changed: false,
      answeredBefore: null,
      confirmedDown: false,
      versionNow: from?.version ?? null,
      failure: null,
      memory: { ...FRESH_MEMORY, expect },
      startedAt: null,
      endedAt: null,
    };
  }

  /** What one-click would do about this rollout: instance → where it goes. */
  planTakeBack(id: string, withdrawn: ReadonlySet<string> = new Set()): ReadonlyMap<string, Destination> {
    const plan = new Map<string, Destination>();
    for (const target of this.live(id).targets.values()) {
      const { instance } = target;
      const underWay = target.holding && target.direction === "forward" && target.memory.began && !isSettled(target.status);
      const history = this.history.of(instance);
      const brought = broughtBy(history);
      const isThere = brought?.rollout === id && brought.openedBy !== "put_back";
      const to = underWay ? target.from : isThere ? takeBackDestination(history, withdrawn) : null;
      if (to) plan.set(instance, to);
    }
    return plan;
  }

  holderOf(instance: string): Live | null {
    return [...this.rollouts.values()].find((live) => live.targets.get(instance)?.holding === true) ?? null;
  }

  overlapping(own: Live): readonly Live[] {
    return this.unended.filter(
      (other) => other !== own && [...other.targets.values()].some((each) => own.targets.has(each.instance) && (each.holding || !isSettled(each.status))),
    );
  }

  /** One decision of the owner, as often as wanted: it sees what was persisted and nothing else. */
  tick(id: string): void {
    const live = this.live(id);
    if (hasEnded(live.rollout.status)) return;
    if (live.rollout.status === "scheduled") return this.tickSchedule(live);
    const before = [...live.targets.values()];
    const load = this.loadOf(live);
    const draft = decide(live.rollout, before, this.worldOf(live, load));
    live.done = [];
    this.persist(live, draft, before, load);
  }

  worldOf(live: Live, load: ServiceLoad): World {
    return { now: this.now, load, fallen: this.fallenOf(live), packages: live.packages, pending: new Set(live.steps.keys()), done: live.done };
  }

  private tickSchedule(live: Live): void {
    const busyWith = [...live.targets.keys()].flatMap((instance) => {
      const holder = this.holderOf(instance);
      return holder && holder !== live ? [holder.rollout.id] : [];
    });
    const decision = decideSchedule(live.rollout, { now: this.now, busyWith, serviceHeld: this.held });
    const targets = [...live.targets.values()];
    const none: ServiceLoad = { baseline: 0, down: 0, changing: 0 };
    switch (decision.kind) {
      case "begin":
        this.persist(live, begin(live.rollout, targets, this.generations, this.now), targets, none);
        return this.lookWhoAnswers(live, new Set());
      case "take_over": {
        const others = this.overlapping(live);
        const { taker, overlapped } = takeOver(this.overlapped(live), others.map((other) => this.overlapped(other)), this.generations, this.now);
        const underWay = new Set(others.flatMap((other) => [...other.targets.values()].filter((each) => isChanging(each.status)).map((each) => each.instance)));
        for (const draft of overlapped) this.persist(this.live(draft.rollout.id), draft, [...this.live(draft.rollout.id).targets.values()], none);
        this.persist(live, taker, targets, none);
        return this.lookWhoAnswers(live, underWay);
      }
      case "give_up": {
        const draft = new Draft(live.rollout, targets, this.now);
        draft.end("cancelled", { code: "busy_too_long", params: {} });
        return this.persist(live, draft, targets, none);
      }
      case "wait":
        if (decision.for === "busy" && live.rollout.progress.busySince === null) {
          live.rollout = { ...live.rollout, progress: { ...live.rollout.progress, busySince: this.now } };
        }
        return;
      default:
        return decision satisfies never;
    }
  }

  private overlapped(live: Live) {
    return { rollout: live.rollout, targets: [...live.targets.values()], pending: new Set(live.steps.keys()) };
  }

  private lookWhoAnswers(live: Live, underWay: ReadonlySet<string>): void {
    for (const instance of this.fleet.machines.keys()) {
      const changing = [...this.rollouts.values()].some((other) => {
        const target = other.targets.get(instance);
        return target?.holding === true && isChanging(target.status);
      });
      if (this.observed.get(instance)?.healthy === true || changing || underWay.has(instance)) live.baseline.add(instance);
    }
    for (const [instance, target] of live.targets) {
      live.targets.set(instance, { ...target, answeredBefore: this.observed.get(instance)?.healthy ?? null });
    }
  }

  /** Instances of a live rollout's B that are switching, verifying, unknown or not answering. */
  downInstances(): ReadonlySet<string> {
    const counted = new Set(this.unended.flatMap((live) => [...live.baseline]));
    return new Set(
      [...counted].filter((instance) => {
        const status = this.holderOf(instance)?.targets.get(instance)?.status;
        const changing = status !== undefined && (isChanging(status) || status === "unknown");
        return changing || this.observed.get(instance)?.healthy === false;
      }),
    );
  }

  loadOf(live: Live): ServiceLoad {
    const changing = this.unended.flatMap((each) => [...each.targets.values()]).filter((target) => target.holding && isChanging(target.status));
    const downInstances = [...this.downInstances()];
    return { baseline: live.baseline.size, down: downInstances.length, downInstances, changing: changing.length };
  }

  private fallenOf(live: Live): ReadonlyMap<string, number> {
    const fallen = new Map<string, number>();
    for (const { instance, holding, status, changed } of live.targets.values()) {
      const seen = this.observed.get(instance);
      if (holding && status === "succeeded" && changed && seen?.healthy === false) fallen.set(instance, seen.since);
    }
    return fallen;
  }

  persist(live: Live, draft: Draft, before: readonly Target[], load: ServiceLoad): void {
    const { rollout } = draft;
    for (const fact of draft.history) {
      this.history.write(fact);
      const healthy = fact.kind === "runs" || fact.runs !== null;
      this.observed.set(fact.instance, { healthy, since: this.now });
    }
    live.rollout = rollout;
    live.targets = new Map(draft.targets);
    for (const target of draft.targets.values()) {
      if (target.holding) this.generations.set(target.instance, Math.max(this.generations.get(target.instance) ?? 0, target.generation));
    }
    for (const instance of draft.voided) live.steps.delete(instance);
    for (const step of draft.steps.values()) this.give(live, step);
    for (const debt of draft.debts) this.debts.set(debt.instance, { ...debt, rollout: rollout.id });
    live.events.push(...draft.events);
    if (hasEnded(rollout.status) && live.result === null) {
      live.result = resultOf(rollout, draft.all);
      live.resultAt = this.now;
      for (const other of this.unended) if (other.rollout.heldBy === rollout.id) other.rollout = { ...other.rollout, heldBy: null };
    }
    this.watch(live, draft, before, load);
  }

  private give(live: Live, step: NewStep): void {
    const target = live.targets.get(step.instance);
    if (!target || live.steps.has(step.instance)) throw new Error(`${live.rollout.id}: a second step for ${step.instance}`);
    const rollsBack = live.rollout.kind === "rollback" || target.direction === "back";
    const given: GivenStep = {
      rollout: live.rollout.id,
      instance: step.instance,
      attempt: target.attempt,
      kind: step.kind,
      tx: txOf(live.rollout.id, target.attempt),
      generation: target.generation,
      goal: goalOf(target),
      mode: rollsBack ? "rollback" : "deployment",
      force: live.rollout.restart && target.direction === "forward",
      inFlightTx: target.memory.inFlight?.tx ?? null,
      notBefore: this.now + step.delayMs,
    };
    live.steps.set(step.instance, given);
    this.given.push(given);
  }

  /** A worker does a step and records its outcome, unless the step is not wanted any more. */
  run(step: GivenStep, fate: Fate = "ok"): void {
    const outcome = this.fleet.perform(step, fate);
    const live = this.live(step.rollout);
    if (live.steps.get(step.instance) !== step) return;
    live.steps.delete(step.instance);
    const done: StepDone = { instance: step.instance, attempt: step.attempt, step: step.kind, outcome };
    live.done = [...live.done, done];
    this.told.push({ rollout: step.rollout, done });
  }

  act(id: string, action: RolloutAction, wave: number | null = null): void {
    const live = this.live(id);
    const before = [...live.targets.values()];
    const options = { now: this.now, serviceHeld: this.held, wave, pending: new Set(live.steps.keys()) };
    this.persist(live, act(live.rollout, before, action, "bob", options), before, this.loadOf(live));
  }

  /** The health sweep: what answers to the console. */
  sweep(): void {
    for (const [instance, machine] of this.fleet.machines) {
      if (machine.current === null || this.fleet.unreachable.has(machine.host)) continue;
      const seen = this.observed.get(instance);
      if (seen?.healthy !== machine.up) this.observed.set(instance, { healthy: machine.up, since: this.now });
    }
  }

  /** Asks every host that owes an answer; carries out what is owed where nothing newer touched the instance. */
  reconcile(): void {
    for (const [instance, debt] of [...this.debts]) {
      const machine = this.fleet.machine(instance);
      if (this.fleet.unreachable.has(machine.host)) continue;
      if ((this.generations.get(instance) ?? 0) > debt.generation) {
        this.debts.delete(instance);
        continue;
      }
      if (debt.duty === "record") this.record(debt);
      else this.restore(debt);
    }
  }

  private record(debt: Debt): void {
    const { instance } = debt;
    const generation = debt.generation + 1;
    this.generations.set(instance, generation);
    this.fleet.settle(instance);
    const goal = this.fleet.machine(instance).current ?? debt.release;
    const answer = this.fleet.perform({ instance, kind: "fence", tx: debt.tx, generation, goal, mode: "deployment", force: false, inFlightTx: debt.tx }, "ok");
    this.debts.delete(instance);
    if (answer.kind !== "fenced" || answer.inFlight.kind === "none") return;
    const [rollout = "", attempt = "1"] = debt.tx.split(":");
    const base = { instance, release: debt.release, opener: "deployment", rollout, attempt: Number(attempt) } as const;
    if (answer.inFlight.kind === "verified") return this.history.write({ kind: "runs", ...base, changed: true, at: this.now }, "settled_late");
    const { code } = answer.inFlight;
    const failure = { step: "verify", code, params: {}, evidence: null } as const;
    this.history.write({ kind: "failed", ...base, outcome: "failed", failure, startedAt: this.now, endedAt: this.now, runs: answer.seen.current }, "settled_late");
  }

  private restore(debt: Debt): void {
    const { instance, generation, tx } = debt;
    const step = { instance, tx, generation, goal: debt.release, mode: "rollback", force: false, inFlightTx: null } as const;
    this.fleet.perform({ ...step, kind: "stage" }, "ok");
    const answer = this.fleet.perform({ ...step, kind: "activate" }, "ok");
    this.debts.delete(instance);
    if (answer.kind !== "verified") return;
    const fact = { kind: "runs", instance, release: debt.release, opener: "rollback", rollout: debt.rollout, attempt: debt.attempt, changed: answer.changed, at: this.now } as const;
    this.history.write(fact, "settled_late");
  }

  /** Lets everything that can happen by itself happen: steps done, decisions made, until nothing moves or `rounds` have passed. */
  drive(rounds = 50, fate: (step: GivenStep) => Fate = () => "ok"): void {
    for (let round = 0; round < rounds; round += 1) {
      const moved = this.unended.map((live) => JSON.stringify([live.rollout, [...live.targets.values()]]));
      for (const live of this.unended) this.tick(live.rollout.id);
      const due = this.unended.flatMap((live) => [...live.steps.values()]).filter((step) => step.notBefore <= this.now);
      for (const step of due) this.run(step, fate(step));
      const now = this.unended.map((live) => JSON.stringify([live.rollout, [...live.targets.values()]]));
      if (due.length === 0 && JSON.stringify(moved) === JSON.stringify(now)) return;
    }
  }

  /** Time passes second by second, with sweeps and decisions. */
  pass(seconds: number, fate?: (step: GivenStep) => Fate): void {
    for (let second = 0; second < seconds; second += 1) {
      this.now += 1_000;
      this.sweep();
      this.drive(50, fate);
    }
  }
}
