/**
 * Hosts that keep state for every instance, as `host.sh` does: what is current, what was verified last, a journal keyed by
 * transaction, the highest generation seen. A change can be cut off at any instant; contact afterwards settles it by the journal.
 */
import type { Evidence, FailureCode } from "../errors";
import { type Release, sameRelease } from "../rollout-state";
import type { InFlightEnd, Seen, StepKind, StepOutcome } from "../step-outcome";

export type ChangeMode = "deployment" | "rollback";

export interface HostStep {
  readonly instance: string;
  readonly kind: StepKind;
  readonly tx: string;
  readonly generation: number;
  readonly goal: Release;
  readonly mode: ChangeMode;
  readonly force: boolean;
  readonly inFlightTx: string | null;
}

/**
 * What becomes of one call. `lost`: it never arrives. `answer_lost`: the host does it, nobody hears of it. `cut_before`, `cut_after`:
 * the change dies before or after the switch, without an answer. `left_running`: the connection breaks while the change goes on.
 */
export type Fate = "ok" | "lost" | "answer_lost" | "cut_before" | "cut_after" | "left_running" | "refused";

export type Ended =
  | { readonly kind: "verified"; readonly changed: boolean }
  | { readonly kind: "failed"; readonly code: FailureCode; readonly runs: Release | null };

export interface OpenChange {
  readonly step: HostStep;
  readonly cut: boolean;
  readonly switched: boolean;
  readonly cancelled: boolean;
}

export interface Machine {
  readonly host: string;
  generation: number;
  current: Release | null;
  verified: Release | null;
  up: boolean;
  /** It fell over, was stopped for good, or nothing came up: nobody left it down by mistake. */
  mayBeDown: boolean;
  onHost: ReadonlySet<string>;
  journal: ReadonlyMap<string, Ended>;
  open: OpenChange | null;
}

export const NO_EVIDENCE: Evidence = { exitCode: 1, signal: null, health: [], log: [] };

export const keyOf = (release: Release): string => `${release.version}#${release.revision}`;

export class SimulatedFleet {
  readonly machines = new Map<string, Machine>();
  readonly unreachable = new Set<string>();
  /** `instance version` of what exits when it is started there. */
  readonly broken = new Set<string>();
  /** Every command that was obeyed, in order: one given out earlier after one given out later is a fault. */
  obeyed: readonly { readonly instance: string; readonly tx: string }[] = [];
  /** Every change that was begun, in order: one of an older generation after one of a newer is a fault. */
  acts: readonly { readonly instance: string; readonly generation: number; readonly tx: string; readonly release: Release }[] =
    [];

  /** The same hosts, of which one goes its own way from now on. */
  fork(): SimulatedFleet {
    const fork = new SimulatedFleet();
    for (const [instance, machine] of this.machines) fork.machines.set(instance, { ...machine });
    for (const host of this.unreachable) fork.unreachable.add(host);
    for (const broken of this.broken) fork.broken.add(broken);
    fork.obeyed = this.obeyed;
    fork.acts = this.acts;
    return fork;
  }

  add(instance: string, host: string, running: Release | null): void {
    const onHost = new Set(running === null ? [] : [keyOf(running)]);
    this.machines.set(instance, {
      host,
      generation: 0,
      current: running,
      verified: running,
      up: running !== null,
      mayBeDown: running === null,
      onHost,
      journal: new Map(),
      open: null,
    });
  }

  machine(instance: string): Machine {
    const machine = this.machines.get(instance);
    if (!machine) throw new Error(`no instance ${instance}`);
    return machine;
  }

  perform(step: HostStep, fate: Fate): StepOutcome {
    const machine = this.machine(step.instance);
    const silence: StepOutcome = { kind: "no_answer", reason: "timeout" };
    if (this.unreachable.has(machine.host) || fate === "lost") return silence;
    this.recover(machine);
    switch (step.kind) {
      case "stage":
        if (fate === "refused") return { kind: "stage_failed", code: "disk_full", params: {} };
        if (!machine.onHost.has(keyOf(step.goal))) machine.onHost = new Set([...machine.onHost, keyOf(step.goal)]);
        return fate === "ok" ? { kind: "staged" } : silence;
      case "fence": {
        const answer = this.fence(machine, step);
        return fate === "ok" || fate === "refused" ? answer : silence;
      }
      case "activate": {
        const answer = this.activate(machine, step, fate);
        return fate === "ok" || fate === "refused" ? answer : silence;
      }
      case "stop": {
        const answer = this.stop(machine, step);
        return fate === "ok" || fate === "refused" ? answer : silence;
      }
      default:
        return step.kind satisfies never;
    }
  }

  /** A process ends by itself. */
  fallOver(instance: string): void {
    const machine = this.machine(instance);
    machine.up = false;
    machine.mayBeDown = true;
  }

  private stop(machine: Machine, step: HostStep): StepOutcome {
    if (step.generation < machine.generation) return { kind: "stale_generation", seen: machine.generation };
    machine.generation = step.generation;
    this.obeyed = [...this.obeyed, { instance: step.instance, tx: step.tx }];
    machine.up = false;
    machine.mayBeDown = true;
    machine.verified = null;
    return { kind: "stopped" };
  }

  /** Whatever is still under way comes to its end, as it does on a host that nobody asks. */
  settle(instance: string): void {
    const machine = this.machine(instance);
    if (machine.open) this.end(machine, machine.open);
  }

  private fence(machine: Machine, step: HostStep): StepOutcome {
    if (step.generation < machine.generation) return { kind: "stale_generation", seen: machine.generation };
    machine.generation = step.generation;
    this.obeyed = [...this.obeyed, { instance: step.instance, tx: step.tx }];
    const { open } = machine;
    if (open) this.end(machine, sameRelease(open.step.goal, step.goal) ? open : { ...open, cancelled: true });
    const seen: Seen = {
      current: machine.current,
      processAlive: machine.up,
      answers: machine.up,
      releaseOnHost: machine.onHost.has(keyOf(step.goal)),
    };
    return { kind: "fenced", seen, inFlight: this.endOf(machine, step.inFlightTx) };
  }

  private endOf(machine: Machine, tx: string | null): InFlightEnd {
    const ended = tx === null ? undefined : machine.journal.get(tx);
    if (!ended) return { kind: "none" };
    if (ended.kind === "verified") return { kind: "verified" };
    return { kind: "failed", code: ended.code, params: {}, evidence: NO_EVIDENCE, durationMs: 100 };
  }

  private activate(machine: Machine, step: HostStep, fate: Fate): StepOutcome {
    if (machine.open && machine.open.step.tx !== step.tx) this.end(machine, machine.open);
    if (machine.open) this.end(machine, machine.open);
    const known = machine.journal.get(step.tx);
    if (known) return answerOf(known);
    if (step.generation < machine.generation) return { kind: "stale_generation", seen: machine.generation };
    machine.generation = step.generation;
    if (fate === "refused" || !machine.onHost.has(keyOf(step.goal))) {
      const code = fate === "refused" ? "pre_stop_failed" : "release_missing";
      return { kind: "refused", code, params: {} };
    }
    if (sameRelease(machine.current, step.goal) && machine.up && !step.force) {
      machine.verified = step.goal;
      this.write(machine, step.tx, { kind: "verified", changed: false });
      return { kind: "verified", changed: false };
    }
    const { instance, tx, generation } = step;
    this.acts = [...this.acts, { instance, generation, tx, release: step.goal }];
    this.obeyed = [...this.obeyed, { instance, tx }];
    const stays = fate === "cut_before" || fate === "left_running";
    const open: OpenChange = { step, cut: fate === "cut_before" || fate === "cut_after", switched: !stays, cancelled: false };
    machine.open = open;
    machine.up = false;
    if (!stays) machine.current = step.goal;
    if (stays || fate === "cut_after") return { kind: "no_answer", reason: "cut" };
    return answerOf(this.end(machine, open));
  }

  /** A change whose shell died: before the switch the old one is started; after it a deployment goes back, a rollback goes on. */
  private recover(machine: Machine): void {
    if (machine.open?.cut) this.end(machine, machine.open);
  }

  private end(machine: Machine, open: OpenChange): Ended {
    machine.open = null;
    const goesOn = !open.cancelled && (!open.cut || (open.switched && open.step.mode === "rollback"));
    const comesUp = !this.broken.has(`${open.step.instance} ${open.step.goal.version}`);
    const ended =
      goesOn && comesUp ? this.verify(machine, open.step.goal) : this.revert(machine, open, goesOn ? "exited" : "cancelled");
    this.write(machine, open.step.tx, ended);
    return ended;
  }

  private write(machine: Machine, tx: string, ended: Ended): void {
    machine.journal = new Map([...machine.journal, [tx, ended]]);
  }

  private verify(machine: Machine, release: Release): Ended {
    machine.current = release;
    machine.verified = release;
    machine.up = true;
    machine.mayBeDown = false;
    return { kind: "verified", changed: true };
  }

  private revert(machine: Machine, open: OpenChange, code: FailureCode): Ended {
    const old = machine.verified;
    machine.current = old ?? open.step.goal;
    machine.up = old !== null && !this.broken.has(`${open.step.instance} ${old.version}`);
    machine.mayBeDown = !machine.up;
    return { kind: "failed", code, runs: machine.up ? old : null };
  }
}

/** While `act` runs, these versions do not come up on the instance. */
export function withBroken(fleet: SimulatedFleet, instance: string, versions: readonly string[], act: () => void): void {
  const added = versions.map((version) => `${instance} ${version}`).filter((each) => !fleet.broken.has(each));
  for (const each of added) fleet.broken.add(each);
  act();
  for (const each of added) fleet.broken.delete(each);
}

function answerOf(ended: Ended): StepOutcome {
  if (ended.kind === "verified") return ended;
  return { kind: "not_verified", code: ended.code, params: {}, evidence: NO_EVIDENCE, runs: ended.runs, durationMs: 100 };
}
