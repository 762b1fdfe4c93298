import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { actionFactsOf, allowedActions } from "./actions";
import { decide } from "./machine";
import { ROLLOUT_ACTIONS, type RolloutAction } from "./statuses";
import type { Amount, Share, StrategyChoice } from "./strategy";
import { Never } from "./testing/never";
import { SimulatedConsole } from "./testing/simulated-console";
import type { Fate } from "./testing/simulated-fleet";
import { loadOf } from "./testing/simulated-load";
import type { GivenStep, Live } from "./testing/simulated-rollout";
import { openGate } from "./wave";

type Move =
  | { readonly do: "decide"; readonly which: number }
  | { readonly do: "step"; readonly which: number; readonly fate: Fate }
  | { readonly do: "work"; readonly seconds: number }
  | { readonly do: "late"; readonly which: number; readonly tell: boolean }
  | { readonly do: "act"; readonly which: number; readonly action: RolloutAction }
  | {
      readonly do: "deploy";
      readonly version: string;
      readonly part: number;
      readonly strategy: StrategyChoice;
      readonly restart: boolean;
    }
  | { readonly do: "roll_back"; readonly version: string; readonly part: number; readonly grace: number }
  | { readonly do: "take_back"; readonly which: number; readonly grace: number }
  | { readonly do: "time"; readonly seconds: number }
  | { readonly do: "host"; readonly which: number }
  | { readonly do: "crash"; readonly which: number }
  | { readonly do: "break"; readonly which: number; readonly version: string }
  | { readonly do: "sweep" }
  | { readonly do: "hold" }
  | { readonly do: "reconcile" };

const which = fc.nat(15);
const part = fc.integer({ min: 1, max: 255 });
const version = fc.constantFrom("1", "2", "3", "4");
const fate = fc.oneof(
  { arbitrary: fc.constant<Fate>("ok"), weight: 6 },
  { arbitrary: fc.constantFrom<Fate>("lost", "answer_lost", "cut_before", "cut_after", "left_running", "refused"), weight: 4 },
);
const strategy: fc.Arbitrary<StrategyChoice> = fc.record(
  {
    canary: fc.constantFrom<Amount>(0, 1, 2, "50%"),
    waveSize: fc.constantFrom<Amount>(1, 3, "25%", "100%"),
    maxParallel: fc.constantFrom(1, 2, 10),
    bakeSeconds: fc.constantFrom(0, 5, 30),
    promotion: fc.constantFrom("auto", "after_canary", "each_wave"),
    maxFailed: fc.constantFrom<Amount>(0, 1, "50%"),
    minHealthy: fc.constantFrom<Share>("0%", "50%", "90%"),
    onFailure: fc.constantFrom("roll_back", "pause", "stop"),
    graceSeconds: fc.constantFrom(0, 5),
  },
  { requiredKeys: [] },
);

const move: fc.Arbitrary<Move> = fc.oneof(
  { arbitrary: fc.record({ do: fc.constant("decide"), which }), weight: 8 },
  { arbitrary: fc.record({ do: fc.constant("step"), which, fate }), weight: 10 },
  { arbitrary: fc.record({ do: fc.constant("work"), seconds: fc.constantFrom(0, 1, 3) }), weight: 4 },
  { arbitrary: fc.record({ do: fc.constant("late"), which, tell: fc.boolean() }), weight: 2 },
  { arbitrary: fc.record({ do: fc.constant("act"), which, action: fc.constantFrom(...ROLLOUT_ACTIONS) }), weight: 4 },
  { arbitrary: fc.record({ do: fc.constant("deploy"), version, part, strategy, restart: fc.boolean() }), weight: 3 },
  { arbitrary: fc.record({ do: fc.constant("roll_back"), version, part, grace: fc.constantFrom(0, 5) }), weight: 2 },
  { arbitrary: fc.record({ do: fc.constant("take_back"), which, grace: fc.constantFrom(0, 5) }), weight: 2 },
  { arbitrary: fc.record({ do: fc.constant("time"), seconds: fc.constantFrom(1, 6, 31, 301, 3_601) }), weight: 3 },
  { arbitrary: fc.record({ do: fc.constant("host"), which }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant("crash"), which }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant("break"), which, version }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant("sweep") }), weight: 2 },
  { arbitrary: fc.record({ do: fc.constant("hold") }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant("reconcile") }), weight: 1 },
);

const fleet = fc.record({ instances: fc.integer({ min: 1, max: 8 }), hosts: fc.integer({ min: 1, max: 4 }), empty: fc.nat(3) });

class Play {
  readonly console = new SimulatedConsole();
  readonly never = new Never(this.console);
  private made = 0;

  constructor(shape: { readonly instances: number; readonly hosts: number; readonly empty: number }) {
    for (let at = 0; at < shape.instances; at += 1) {
      this.console.add(
        `i${at}`,
        `h${at % shape.hosts}`,
        at < shape.empty && shape.empty < shape.instances ? null : { version: "1", revision: 1 },
      );
    }
    this.console.sweep();
  }

  get instances(): readonly string[] {
    return [...this.console.fleet.machines.keys()];
  }

  private some(part: number): readonly string[] {
    const chosen = this.instances.filter((_, at) => (part >> at) % 2 === 1);
    return chosen.length > 0 ? chosen : this.instances;
  }

  private pick<T>(from: readonly T[], at: number): T | undefined {
    return from.length === 0 ? undefined : from[at % from.length];
  }

  move(move: Move): void {
    const { console } = this;
    switch (move.do) {
      case "decide": {
        const live = this.pick(console.unended, move.which);
        if (live) this.decide(live);
        return;
      }
      case "step": {
        const step = this.pick(
          console.unended.flatMap((live) => [...live.steps.values()]),
          move.which,
        );
        if (step) console.run(step, move.fate);
        return;
      }
      case "work":
        console.drive(6);
        if (move.seconds > 0) console.pass(move.seconds);
        return;
      case "late": {
        // A command that was sent long ago reaches its host only now; an outcome is told again.
        // Not one that was refused: a worker sends nothing once its lease has run out, and the journal does not know what was refused.
        const refused = console.told.filter(({ done }) => done.outcome.kind === "refused");
        const isRefused = (step: GivenStep) =>
          refused.some(
            ({ rollout, done }) => rollout === step.rollout && done.instance === step.instance && done.attempt === step.attempt,
          );
        const step = this.pick(
          [...console.given].reverse().filter((each) => !isRefused(each)),
          move.which,
        );
        if (step) console.run(step, "ok");
        const told = this.pick([...console.told].reverse(), move.which);
        if (told && move.tell) console.tellAgain(told.rollout, told.done);
        return;
      }
      case "act":
        return this.act(move.which, move.action);
      case "deploy": {
        if (console.unended.length >= 4) return;
        const instances = move.restart
          ? this.some(move.part).filter((instance) => console.history.running(instance))
          : this.some(move.part);
        if (instances.length === 0) return;
        const restarted = new Map(
          instances.map((instance) => [instance, console.history.running(instance) ?? { version: "1", revision: 1 }]),
        );
        const to = move.restart ? restarted : { version: move.version, revision: 1 };
        console.accept({ id: this.id("d"), kind: "deployment", to, instances, strategy: move.strategy, restart: move.restart });
        return;
      }
      case "roll_back":
        if (console.unended.length >= 4) return;
        console.accept({
          id: this.id("r"),
          kind: "rollback",
          to: { version: move.version, revision: 1 },
          instances: this.some(move.part),
          strategy: { graceSeconds: move.grace },
        });
        return;
      case "take_back": {
        const live = this.pick([...console.rollouts.values()], move.which);
        if (!live || console.unended.length >= 4) return;
        const to = console.planTakeBack(live.rollout.id);
        if (to.size > 0)
          console.accept({
            id: this.id("r"),
            kind: "rollback",
            to,
            instances: [...to.keys()],
            takesBack: live.rollout.id,
            strategy: { graceSeconds: move.grace },
          });
        return;
      }
      case "time":
        console.now += move.seconds * 1_000;
        return;
      case "host": {
        const host = this.pick([...new Set([...console.fleet.machines.values()].map((machine) => machine.host))], move.which);
        if (host !== undefined && !console.fleet.unreachable.delete(host)) console.fleet.unreachable.add(host);
        return;
      }
      case "crash": {
        const instance = this.pick(this.instances, move.which);
        if (instance !== undefined) console.fleet.fallOver(instance);
        return;
      }
      case "break": {
        const instance = this.pick(this.instances, move.which);
        if (instance !== undefined) console.fleet.broken.add(`${instance} ${move.version}`);
        return;
      }
      case "sweep":
        return console.sweep();
      case "hold":
        console.held = !console.held;
        return;
      case "reconcile":
        return console.reconcile();
      default:
        move satisfies never;
    }
  }

  /** A driver dies before it has written its decision: the next one, from what was persisted, makes the same. */
  private decide(live: Live): void {
    const { console } = this;
    const decided = () =>
      JSON.stringify(decide(live.rollout, [...live.targets.values()], console.worldOf(live, loadOf(console, live))).all);
    if (live.rollout.status !== "scheduled") {
      const first = decided();
      expect(decided()).toBe(first);
      console.tick(live.rollout.id);
      expect(JSON.stringify([...live.targets.values()])).toBe(first);
      return;
    }
    console.tick(live.rollout.id);
  }

  private id(kind: string): string {
    this.made += 1;
    // Two rollouts are never accepted in the very same instant.
    this.console.now += 1;
    return `${kind}${this.made}`;
  }

  private act(at: number, action: RolloutAction): void {
    const live = this.pick(this.console.unended, at);
    if (!live) return;
    const allowed = allowedActions(actionFactsOf(live.rollout, live.targets.values(), this.console.held));
    const run = () => this.console.act(live.rollout.id, action, openGate(live.rollout));
    if (allowed.includes(action)) run();
    else expect(run).toThrow("invalid_transition");
  }

  /** The world answers again, people open what is paused: everything ends, and what is owed is settled. */
  heal(): void {
    const { console, never } = this;
    console.fleet.unreachable.clear();
    console.held = false;
    for (let round = 0; round < 40 && console.unended.length > 0; round += 1) {
      console.pass(40, 5);
      never.check();
      for (const live of console.unended) {
        if (live.rollout.status === "scheduled") console.now += 10_000;
        if (live.rollout.status !== "paused") continue;
        const gate = openGate(live.rollout);
        const allowed = allowedActions(actionFactsOf(live.rollout, live.targets.values(), false));
        // Without instances that answer there is no room for more: a person gives up.
        const starves = live.rollout.statusReason?.code === "min_healthy";
        const action = starves
          ? "abort"
          : gate !== null && allowed.includes("promote")
            ? "promote"
            : allowed.includes("resume")
              ? "resume"
              : null;
        if (action !== null) console.act(live.rollout.id, action, gate);
      }
    }
    expect(console.unended.map((live) => [live.rollout.id, live.rollout.status, live.rollout.statusReason])).toEqual([]);
    for (const instance of this.instances) if (!console.holderOf(instance) && console.debts.has(instance)) console.reconcile();
    never.check();
    expect([...console.debts.keys()]).toEqual([]);
  }
}

describe("whatever happens, in whatever order", () => {
  it("what may never happen does not, and everything ends once the world answers", () => {
    fc.assert(
      fc.property(fleet, fc.array(move, { maxLength: 70, size: "max" }), (shape, moves) => {
        const play = new Play(shape);
        for (const each of moves) {
          play.move(each);
          play.never.check();
        }
        play.heal();
      }),
      { numRuns: 800 },
    );
  }, 120_000);
});
