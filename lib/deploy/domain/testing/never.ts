/** Watches a simulated console and throws as soon as something happens that may never happen. Source: contract, section 3. */
import { allowedDown, type ServiceLoad } from "../budget";
import { changesRelease, type Draft } from "../draft";
import type { RolloutResult } from "../result";
import { isChanging, isSettled, sameRelease, type Target } from "../rollout-state";
import { hasEnded } from "../statuses";
import { percentOf } from "../strategy";
import { waitingFor, wakeAt } from "../waiting";
import type { SimulatedConsole } from "./simulated-console";
import type { Row } from "./simulated-history";
import { downInstances } from "./simulated-load";
import type { Live } from "./simulated-rollout";

export class Never {
  private readonly rows = new Map<string, readonly Row[]>();
  private readonly results = new Map<string, { readonly status: string; readonly result: RolloutResult | null }>();

  /** `before`: what was seen so far, where the console is a fork. */
  constructor(
    private readonly console: SimulatedConsole,
    before: Never | null = null,
  ) {
    console.watch = (live, draft, targets, load) => this.onDecision(live, draft, targets, load);
    for (const [instance, rows] of before?.rows ?? []) this.rows.set(instance, rows);
    for (const [id, result] of before?.results ?? []) this.results.set(id, result);
  }

  /** What holds between any two things that happen. */
  check(): void {
    for (const instance of this.console.fleet.machines.keys()) {
      this.oneHolder(instance);
      this.historyOnlyGrows(instance);
      this.recordIsTrue(instance);
      this.somethingRuns(instance);
    }
    this.rollbacksStay();
    for (const live of this.console.rollouts.values()) this.resultStays(live);
    this.hostsObeyTheNewest();
  }

  private fail(what: string, about: unknown): never {
    throw new Error(`${what}: ${JSON.stringify(about)}`);
  }

  private oneHolder(instance: string): void {
    const holders = [...this.console.rollouts.values()].filter((live) => live.targets.get(instance)?.holding);
    if (holders.length > 1) this.fail("two holders", { instance, holders: holders.map((live) => live.rollout.id) });
    for (const live of holders) {
      if (hasEnded(live.rollout.status)) this.fail("an ended rollout holds", { instance, rollout: live.rollout.id });
      const generation = live.targets.get(instance)?.generation;
      if (generation !== this.console.generations.get(instance))
        this.fail("the holder is not the newest", { instance, rollout: live.rollout.id, generation });
    }
  }

  private historyOnlyGrows(instance: string): void {
    const rows = this.console.history.of(instance);
    if (this.rows.get(instance) === rows) return;
    if (rows.filter((row) => row.outcome === null).length > 1) this.fail("two open rows", rows);
    for (const [at, was] of (this.rows.get(instance) ?? []).entries()) {
      const is = rows[at];
      const same =
        JSON.stringify({ ...is, outcome: null }) === JSON.stringify({ ...was, outcome: null }) &&
        (was.outcome === null || is?.outcome === was.outcome);
      if (!same) this.fail("history has changed", { was, is });
    }
    const keys = rows
      .filter((row) => row.attempt !== null)
      .map((row) => `${row.rollout}:${row.attempt}:${row.version}:${row.openedBy}`);
    if (new Set(keys).size !== keys.length) this.fail("an attempt is told twice", keys);
    this.rows.set(instance, rows);
  }

  /** Where nothing is under way, owed or unknown, the record says what the host has. */
  private recordIsTrue(instance: string): void {
    const { console } = this;
    const machine = console.fleet.machine(instance);
    if (console.holderOf(instance) !== null || console.debts.has(instance) || machine.open) return;
    const recorded = console.history.running(instance);
    if (recorded === null ? machine.up : !sameRelease(recorded, machine.current)) {
      this.fail("the record is wrong", { instance, recorded, runs: machine.current, up: machine.up });
    }
  }

  /** What had a version runs one, unless it fell over by itself, was stopped for good, or neither of two came up. */
  private somethingRuns(instance: string): void {
    const { console } = this;
    const machine = console.fleet.machine(instance);
    if (console.holderOf(instance) !== null || console.debts.has(instance) || machine.open) return;
    if (!machine.up && !machine.mayBeDown) this.fail("an instance was left without a running version", { instance, machine });
  }

  /** Without anything new to decide on, a rollout that goes on waits for a step, a person, a time, or something that it names. */
  isDriven(id: string): void {
    const { rollout, targets, steps, packages, done } = this.console.live(id);
    if (hasEnded(rollout.status) || rollout.status === "scheduled" || rollout.status === "paused") return;
    if (steps.size > 0 || done.length > 0 || packages.kind === "working" || rollout.heldBy !== null) return;
    if (wakeAt(rollout, [...targets.values()], this.console.now) === null) this.fail("nobody looks at it again", { rollout });
  }

  /** A version that a rollback has taken away is not brought back by anything older than the rollback. */
  private rollbacksStay(): void {
    for (const { rollout, targets } of this.console.rollouts.values()) {
      if (rollout.kind !== "rollback" || rollout.status !== "succeeded") continue;
      for (const [instance, target] of targets) {
        const rows = this.console.history.of(instance);
        const own = rows.findLastIndex((row) => row.rollout === rollout.id && row.version === target.to.version);
        const late = rows
          .slice(own + 1)
          .find(
            (row) =>
              own >= 0 && row.outcome !== "failed" && row.outcome !== "put_back" && this.isOlder(row.rollout, rollout.createdAt),
          );
        if (late) this.fail("something older came back after a rollback", { instance, rollback: rollout.id, rows });
      }
    }
  }

  private isOlder(id: string | null, than: number): boolean {
    const other = id === null ? undefined : this.console.rollouts.get(id);
    return other !== undefined && other.rollout.createdAt < than;
  }

  private resultStays(live: Live): void {
    const { rollout, result } = live;
    if (!hasEnded(rollout.status)) {
      if (result !== null) this.fail("a result of something that goes on", rollout.id);
      return;
    }
    const was = this.results.get(rollout.id);
    const is = { status: rollout.status, result };
    if (result === null) this.fail("it ended without a result", rollout.id);
    if (was === undefined) this.results.set(rollout.id, is);
    else if (was.status !== is.status || (was.result !== result && JSON.stringify(was.result) !== JSON.stringify(result)))
      this.fail("a result has changed", { was, is });
  }

  private hostsObeyTheNewest(): void {
    const highest = new Map<string, number>();
    for (const act of this.console.fleet.acts) {
      if (act.generation < (highest.get(act.instance) ?? 0)) this.fail("an older command acted after a newer one", act);
      highest.set(act.instance, act.generation);
    }
    const given = new Map<string, number>();
    for (const [at, step] of this.console.given.entries()) {
      const name = `${step.instance} ${step.tx}`;
      if (!given.has(name)) given.set(name, at);
    }
    const latest = new Map<string, number>();
    for (const { instance, tx } of this.console.fleet.obeyed) {
      const at = given.get(`${instance} ${tx}`);
      if (at === undefined) continue;
      if (at < (latest.get(instance) ?? 0)) this.fail("a late command of an older attempt was obeyed", { instance, tx });
      latest.set(instance, at);
    }
  }

  private onDecision(live: Live, draft: Draft, before: readonly Target[], load: ServiceLoad): void {
    const targets = draft.all;
    this.withinParallel(live, targets);
    this.withinBudget(live, targets, before, load);
    this.eventsAreTrue(live, draft);
    if (hasEnded(live.rollout.status)) this.endIsTrue(live, targets, before);
    else this.saysWhatItWaitsFor(live, targets);
  }

  private withinParallel({ rollout }: Live, targets: readonly Target[]): void {
    const changing = targets.filter((target) => isChanging(target.status) && !target.confirmedDown);
    const forward = changing.filter((target) => target.direction === "forward").length;
    if (forward > rollout.strategy.maxParallel || changing.length - forward > 50) this.fail("too many at once", rollout.id);
  }

  private withinBudget(
    { rollout, baseline }: Live,
    targets: readonly Target[],
    before: readonly Target[],
    load: ServiceLoad,
  ): void {
    if (percentOf(rollout.strategy.minHealthy) === 0) return;
    const was = new Map(before.map((target) => [target.instance, target.status]));
    // What was down already is counted whether it is changed or not.
    const already = new Set(load.down);
    const costs = (target: Target) => baseline.has(target.instance) && !target.confirmedDown && !already.has(target.instance);
    const begun = targets.filter(
      (target) => target.status === "switching" && was.get(target.instance) !== "switching" && costs(target),
    );
    if (begun.length === 0) return;
    const down = downInstances(this.console).size;
    const mayTakeOne = rollout.kind === "rollback" || rollout.status === "rolling_back";
    const alone = mayTakeOne && begun.length === 1 && targets.filter((target) => isChanging(target.status)).length === 1;
    if (down > allowedDown(baseline.size, rollout.strategy.minHealthy) && !alone)
      this.fail("too many down at once", { rollout: rollout.id, begun: begun.map((target) => target.instance), down, load });
  }

  private eventsAreTrue({ rollout }: Live, draft: Draft): void {
    for (const [at, event] of draft.events.entries()) {
      const target = event.instance === null ? undefined : draft.targets.get(event.instance);
      const last = !draft.events.slice(at + 1).some((later) => later.instance === event.instance && later.instance !== null);
      const claim = CLAIMS[event.code];
      if (claim && last && (target === undefined || !claim.includes(target.status)))
        this.fail("an event is untrue", { event, target });
      if (event.code === "rollout_ended" && (event.params.status !== rollout.status || !hasEnded(rollout.status)))
        this.fail("it has not ended so", event);
      if (event.code === "paused" && rollout.status !== "paused" && !hasEnded(rollout.status))
        this.fail("it is not paused", event);
    }
  }

  private endIsTrue(live: Live, targets: readonly Target[], before: readonly Target[]): void {
    const { rollout, result } = live;
    // What another rollout has taken since is that one's: it may run anything by now.
    const held = new Set(before.filter((target) => target.holding).map((target) => target.instance));
    for (const target of targets) {
      if (!isSettled(target.status) && target.status !== "unknown") this.fail("it ended before its target", target);
      if (target.status === "unknown" && !this.console.debts.has(target.instance))
        this.fail("an unknown end is not owed", target);
      if (
        target.status === "put_back" &&
        held.has(target.instance) &&
        !sameRelease(this.console.history.running(target.instance), target.from)
      )
        this.fail("it was not put back", target);
    }
    for (const target of targets) {
      if (!toldEnd(live, target).includes(target.status))
        this.fail("its log does not say how it ended", { target, events: live.events });
    }
    for (const instance of result?.instances ?? []) {
      const target = targets.find((each) => each.instance === instance);
      const machine = this.console.fleet.machine(instance);
      if (!sameRelease(machine.current, target?.to ?? null))
        this.fail("it does not run what the result says", { rollout: rollout.id, target, runs: machine.current });
    }
    if (rollout.status === "rolled_back") {
      const left = targets.filter(
        (target) =>
          held.has(target.instance) &&
          target.changed &&
          changesRelease(target) &&
          target.status !== "put_back" &&
          target.status !== "taken_over" &&
          sameRelease(this.console.history.running(target.instance), target.to),
      );
      if (left.length > 0) this.fail("an instance was not put back", left);
    }
    const notVerified = targets.some((target) => target.status !== "succeeded" && target.status !== "taken_over");
    if (rollout.kind === "rollback" && rollout.status === "succeeded" && notVerified)
      this.fail("not every target of the rollback verified", targets);
  }

  private saysWhatItWaitsFor({ rollout }: Live, targets: readonly Target[]): void {
    if (rollout.status === "scheduled") return;
    if (waitingFor(rollout, targets, { baseline: 0, down: [], changing: 0 }) === null)
      this.fail("it does not say what it waits for", rollout);
    const wake = wakeAt(rollout, targets, this.console.now);
    if (wake !== null && wake <= this.console.now) this.fail("it never sleeps", rollout);
  }
}

/** What the log says that this target may be, by the last that it tells of it. */
function toldEnd({ events }: Live, { instance }: Target): readonly string[] {
  if (events.some((event) => event.code === "package_refused")) return ["failed", "taken_over"];
  const last = events
    .filter((event) => event.instance === instance && (event.code in CLAIMS || BEGINS_ANEW.has(event.code)))
    .at(-1);
  if (last?.code === "target_settled_late") return [String(last.params.status)];
  return (last && CLAIMS[last.code]) ?? [];
}

/** After these the target is on its way again. `target_settled_late` says itself what it is. */
const BEGINS_ANEW = new Set(["target_putting_back", "target_stopping", "target_retried", "target_settled_late"]);

const CLAIMS: Readonly<Partial<Record<string, readonly string[]>>> = {
  target_verified: ["succeeded"],
  target_unchanged: ["succeeded"],
  target_failed: ["failed", "skipped"],
  target_put_back: ["put_back"],
  target_stopped: ["failed"],
  target_kept: ["failed"],
  target_worker_failed: ["unknown"],
  target_unknown: ["unknown"],
  target_switching: ["switching"],
  target_taken_over: ["taken_over"],
  target_skipped: ["skipped"],
};
