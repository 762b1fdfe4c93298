/**
 * The store and the engine in memory: applies decisions as the real store does (one holder an instance, generations, history, owed
 * debts, what `min_healthy` counts) and has their steps done by simulated hosts. Time stands still unless it is moved.
 */
import type { ServiceLoad } from "../budget";
import { Draft, goalOf, type NewStep } from "../draft";
import { resultOf } from "../result";
import type { Destination } from "../rollback-target";
import { isChanging, isSettled, type Release, type Target, txOf } from "../rollout-state";
import { decideSchedule } from "../schedule";
import { hasEnded, type RolloutAction } from "../statuses";
import type { StepDone } from "../step-outcome";
import { begin } from "../take-over";
import type { World } from "../world";
import { RULES, type Rules } from "./rules";
import { newRollout, type Wish, wayBack } from "./simulated-acceptance";
import { type Debt, settleDebts } from "./simulated-debts";
import { type Fate, SimulatedFleet } from "./simulated-fleet";
import { SimulatedHistory } from "./simulated-history";
import { fallenOf, loadOf, lookWhoAnswers, type Observation } from "./simulated-load";
import type { GivenStep, Live, Watcher } from "./simulated-rollout";

export class SimulatedConsole {
  now = 1_000_000;
  readonly history: SimulatedHistory;
  readonly rollouts = new Map<string, Live>();
  readonly generations = new Map<string, number>();
  readonly observed = new Map<string, Observation>();
  /** Instances that their hosts started again since their change, and when that was seen. */
  readonly restarted = new Map<string, number>();
  readonly debts = new Map<string, Debt>();
  /** Every step ever given out: any of them may reach a host late, or twice. */
  given: readonly GivenStep[] = [];
  told: readonly { readonly rollout: string; readonly done: StepDone }[] = [];
  held = false;
  changes = 0;
  watch: Watcher = () => undefined;

  constructor(
    readonly rules: Rules = RULES,
    readonly fleet = new SimulatedFleet(),
    history: SimulatedHistory | null = null,
  ) {
    const answers = (instance: string) => {
      const host = this.fleet.machine(instance).host;
      return this.fleet.unreachable.has(host) ? null : (this.observed.get(instance)?.healthy ?? null);
    };
    this.history = history ? history.fork(answers) : new SimulatedHistory(answers);
  }

  /** The same console at the same moment, which goes its own way from now on. */
  fork(): SimulatedConsole {
    const fork = new SimulatedConsole(this.rules, this.fleet.fork(), this.history);
    fork.now = this.now;
    fork.held = this.held;
    fork.changes = this.changes;
    fork.given = this.given;
    fork.told = this.told;
    for (const [id, live] of this.rollouts) fork.rollouts.set(id, { ...live, steps: new Map(live.steps) });
    for (const [instance, generation] of this.generations) fork.generations.set(instance, generation);
    for (const [instance, seen] of this.observed) fork.observed.set(instance, seen);
    for (const [instance, at] of this.restarted) fork.restarted.set(instance, at);
    for (const [instance, debt] of this.debts) fork.debts.set(instance, debt);
    return fork;
  }

  /** An instance as it is found: running and recorded, or new and empty. */
  add(instance: string, host: string, running: Release | null): void {
    this.fleet.add(instance, host, running);
    this.generations.set(instance, 0);
    if (running === null) return;
    this.history.write({
      kind: "runs",
      process: null,
      instance,
      release: running,
      opener: "deployment",
      rollout: "first",
      attempt: 1,
      changed: true,
      at: this.now,
    });
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

  /** Accepted, a rollback holds back what it overlaps. */
  accept(wish: Wish): Live {
    const { rollout, targets } = newRollout(wish, this);
    const live: Live = {
      rollout,
      targets: new Map(targets.map((target) => [target.instance, target])),
      steps: new Map(),
      done: [],
      events: [],
      baseline: new Set<string>(),
      packages: { kind: "ready" },
      result: null,
      resultAt: 0,
    };
    if (rollout.kind === "rollback") {
      for (const other of this.overlapping(live)) other.rollout = { ...other.rollout, heldBy: rollout.id };
    }
    this.rollouts.set(rollout.id, live);
    return live;
  }

  /** What one-click would do about this rollout: instance → where it goes. */
  planTakeBack(id: string, withdrawn: ReadonlySet<string> = new Set()): ReadonlyMap<string, Destination> {
    const plan = new Map<string, Destination>();
    for (const target of this.live(id).targets.values()) {
      const to = wayBack(id, target, this.history.of(target.instance), withdrawn);
      if (to) plan.set(target.instance, to);
    }
    return plan;
  }

  holderOf(instance: string): Live | null {
    return [...this.rollouts.values()].find((live) => live.targets.get(instance)?.holding === true) ?? null;
  }

  overlapping(own: Live): readonly Live[] {
    return this.unended.filter(
      (other) =>
        other !== own &&
        [...other.targets.values()].some((each) => own.targets.has(each.instance) && (each.holding || !isSettled(each.status))),
    );
  }

  /** One decision of the owner, as often as wanted: it sees what was persisted and nothing else. */
  tick(id: string): void {
    const live = this.live(id);
    if (hasEnded(live.rollout.status)) return;
    if (live.rollout.status === "scheduled") return this.tickSchedule(live);
    const before = [...live.targets.values()];
    const load = loadOf(this, live);
    const draft = this.rules.decide(live.rollout, before, this.worldOf(live, load));
    live.done = [];
    this.persist(live, draft, before, load);
  }

  worldOf(live: Live, load: ServiceLoad): World {
    return {
      now: this.now,
      load,
      fallen: fallenOf(this, live),
      restarted: new Set(this.restarted.keys()),
      packages: live.packages,
      pending: new Set(live.steps.keys()),
      done: live.done,
    };
  }

  private tickSchedule(live: Live): void {
    const busyWith = [...live.targets.keys()].flatMap((instance) => {
      const holder = this.holderOf(instance);
      return holder && holder !== live ? [holder.rollout.id] : [];
    });
    const decision = decideSchedule(live.rollout, { now: this.now, busyWith, serviceHeld: this.held });
    const targets = [...live.targets.values()];
    const none: ServiceLoad = { baseline: 0, down: [], changing: 0 };
    switch (decision.kind) {
      case "begin":
        this.persist(live, begin(live.rollout, targets, this.generations, this.now, this.runningOn(live)), targets, none);
        return lookWhoAnswers(this, live, new Set());
      case "take_over": {
        const others = this.overlapping(live);
        const { taker, overlapped } = this.rules.takeOver(
          this.overlapped(live),
          others.map((other) => this.overlapped(other)),
          this.generations,
          this.now,
        );
        const underWay = new Set(
          others.flatMap((other) =>
            [...other.targets.values()].filter((each) => isChanging(each.status)).map((each) => each.instance),
          ),
        );
        for (const draft of overlapped)
          this.persist(this.live(draft.rollout.id), draft, [...this.live(draft.rollout.id).targets.values()], none);
        this.persist(live, taker, targets, none);
        return lookWhoAnswers(this, live, underWay);
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

  private runningOn(live: Live): ReadonlyMap<string, Release | null> {
    return new Map([...live.targets.keys()].map((instance) => [instance, this.history.running(instance)]));
  }

  private overlapped(live: Live) {
    return { rollout: live.rollout, targets: [...live.targets.values()], pending: new Set(live.steps.keys()) };
  }

  persist(live: Live, draft: Draft, before: readonly Target[], load: ServiceLoad): void {
    const { rollout } = draft;
    if (rollout !== live.rollout || draft.dirty.size > 0) this.changes += 1;
    for (const fact of draft.history) {
      this.history.write(fact);
      const healthy = fact.kind === "runs" || (fact.kind === "failed" && fact.runs !== null);
      this.observed.set(fact.instance, { healthy, since: this.now });
      this.restarted.delete(fact.instance);
    }
    for (const instance of draft.foundDown)
      if (this.observed.get(instance)?.healthy !== false) this.observed.set(instance, { healthy: false, since: this.now });
    live.rollout = rollout;
    live.targets = new Map(draft.targets);
    for (const target of draft.targets.values()) {
      if (target.holding)
        this.generations.set(target.instance, Math.max(this.generations.get(target.instance) ?? 0, target.generation));
    }
    for (const instance of draft.voided) live.steps.delete(instance);
    for (const step of draft.steps.values()) this.give(live, step);
    for (const debt of draft.debts) this.debts.set(debt.instance, { ...debt, rollout: rollout.id });
    live.events = [...live.events, ...draft.events];
    if (hasEnded(rollout.status) && live.result === null) {
      live.result = resultOf(rollout, draft.all);
      live.resultAt = this.now;
      for (const other of this.unended)
        if (other.rollout.heldBy === rollout.id) other.rollout = { ...other.rollout, heldBy: null };
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
    this.given = [...this.given, given];
  }

  /** A worker does a step and records its outcome, unless the step is not wanted any more. */
  run(step: GivenStep, fate: Fate = "ok"): void {
    const outcome = this.fleet.perform(step, fate);
    const live = this.live(step.rollout);
    if (live.steps.get(step.instance) !== step) return;
    live.steps.delete(step.instance);
    const done: StepDone = { instance: step.instance, attempt: step.attempt, step: step.kind, outcome };
    live.done = [...live.done, done];
    this.told = [...this.told, { rollout: step.rollout, done }];
  }

  /** An outcome is told a second time. */
  tellAgain(id: string, done: StepDone): void {
    const live = this.live(id);
    live.done = [...live.done, done];
  }

  act(id: string, action: RolloutAction, wave: number | null = null): void {
    const live = this.live(id);
    const before = [...live.targets.values()];
    const options = { now: this.now, serviceHeld: this.held, wave, pending: new Set(live.steps.keys()) };
    this.persist(live, this.rules.act(live.rollout, before, action, "bob", options), before, loadOf(this, live));
  }

  /** The health sweep: what answers to the console. */
  sweep(): void {
    for (const [instance, machine] of this.fleet.machines) {
      if (machine.current === null || this.fleet.unreachable.has(machine.host)) continue;
      const seen = this.observed.get(instance);
      if (seen?.healthy !== machine.up) this.observed.set(instance, { healthy: machine.up, since: this.now });
    }
  }

  reconcile(): void {
    settleDebts(this);
  }

  /** Lets everything that can happen by itself happen: steps done, decisions made, until nothing moves or `rounds` have passed. */
  drive(rounds = 50, fate: (step: GivenStep) => Fate = () => "ok"): void {
    for (let round = 0; round < rounds; round += 1) {
      const changes = this.changes;
      for (const live of this.unended) this.tick(live.rollout.id);
      const due = this.unended.flatMap((live) => [...live.steps.values()]).filter((step) => step.notBefore <= this.now);
      for (const step of due) this.run(step, fate(step));
      if (due.length === 0 && this.changes === changes) return;
    }
  }

  /** Time passes, with sweeps and decisions every second, or every so many. */
  pass(seconds: number, every = 1): void {
    for (let second = 0; second < seconds; second += every) {
      this.now += every * 1_000;
      this.sweep();
      this.drive();
    }
  }
}
