/**
 * The name of a state: two consoles of the same name go on in the same way. Times are told by what is left of them, generations and
 * attempts by their distance from the newest, instances without their names and in any order; what has no influence any more is left out.
 */
import type { Release, Rollout, Target } from "../../rollout-state";
import { hasEnded } from "../../statuses";
import type { SimulatedConsole } from "../simulated-console";
import type { Live } from "../simulated-rollout";
import { CLOCK_STEP_MS, lateSteps } from "./moves";

/** No limit is longer than this many steps of the clock, but the hour of a deployment that finds its instances busy. */
const LONGEST_STEPS = 2;

export class Canonical {
  private readonly numbers = new Map<string, number>();

  nameOf(console: SimulatedConsole): string {
    const instances = [...console.fleet.machines.keys()].map((instance) => this.numberOf(instanceName(console, instance)));
    instances.sort((a, b) => a - b);
    const rollouts = [...console.rollouts.values()].map((live) => this.numberOf(rolloutName(console, live)));
    return `${instances.join(" ")}|${rollouts.join(" ")}|${console.held}`;
  }

  private numberOf(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    this.numbers.set(text, this.numbers.size);
    return this.numbers.size - 1;
  }
}

const relName = (release: Release | null): string => (release === null ? "-" : `${release.version}#${release.revision}`);

function sinceName(now: number, since: number | null): string {
  return since === null ? "-" : String(Math.min(Math.floor((now - since) / CLOCK_STEP_MS), LONGEST_STEPS));
}

function untilName(now: number, until: number | null): string {
  return until === null ? "-" : String(Math.max(Math.ceil((until - now) / CLOCK_STEP_MS), 0));
}

function rolloutName(console: SimulatedConsole, live: Live): string {
  const { rollout, packages } = live;
  if (hasEnded(rollout.status)) return `${rollout.id} ${rollout.status}`;
  const { progress, statusReason } = rollout;
  return [
    rollout.id,
    rollout.status,
    statusReason?.code,
    statusReason?.params.wave,
    rollout.heldBy,
    rollout.changed,
    untilName(console.now, rollout.scheduledUntil),
    progress.wave,
    untilName(console.now, progress.bakeUntil),
    progress.gates,
    progress.resumeTo,
    progress.accepted,
    progress.aborting,
    progress.stopping,
    progress.reversed,
    sinceName(console.now, progress.starvedSince),
    progress.busySince === null,
    progress.packageReady,
    packages.kind,
  ].join();
}

function instanceName(console: SimulatedConsole, instance: string): string {
  const machine = console.fleet.machine(instance);
  const newest = console.generations.get(instance) ?? 0;
  const debt = console.debts.get(instance);
  const lives = [...console.rollouts.values()].filter((live) => live.targets.has(instance));
  const txName = (tx: string): string => {
    const [rollout = "", attempt = ""] = tx.split(":");
    const target = console.rollouts.get(rollout)?.targets.get(instance);
    return `${rollout}:${Number(attempt) - (target?.attempt ?? 0)}`;
  };
  const ended = (tx: string | null | undefined): string => {
    const end = tx ? machine.journal.get(tx) : undefined;
    return end ? `${end.kind}${end.kind === "verified" ? end.changed : relName(end.runs)}` : "-";
  };
  return [
    relName(machine.current),
    relName(machine.verified),
    machine.up,
    [...machine.onHost].sort().join("+"),
    machine.generation - newest,
    machine.open ? [txName(machine.open.step.tx), machine.open.cut, machine.open.switched, relName(machine.open.step.goal)] : "-",
    console.fleet.unreachable.has(machine.host),
    console.observed.get(instance)?.healthy,
    debt ? [debt.duty, relName(debt.release), debt.generation - newest, txName(debt.tx), ended(debt.tx)] : "-",
    historyName(console, instance),
    ...lives.map((live) => targetName(console, live, live.targets.get(instance), newest, txName, ended)),
    ...lateSteps(console)
      .filter((step) => step.instance === instance)
      .map((step) => `${step.kind} ${txName(step.tx)} ${step.generation - newest} ${relName(step.goal)}`),
  ].join("; ");
}

/** What runs, who brought it, and what has failed here: all that one-click and the statuses of versions depend on. */
function historyName(console: SimulatedConsole, instance: string): string {
  const rows = console.history.of(instance);
  const open = rows.find((row) => row.outcome === null);
  const replaced = rows.find((row) => row.id === open?.replaces);
  const outcomes = new Set(rows.map((row) => `${row.version} ${row.outcome}`));
  return [
    open ? `${open.version} ${open.openedBy} ${open.rollout}` : "-",
    replaced ? `${replaced.version} ${replaced.outcome}` : "-",
    ...[...outcomes].sort(),
  ].join();
}

function targetName(
  console: SimulatedConsole,
  live: Live,
  target: Target | undefined,
  newest: number,
  txName: (tx: string) => string,
  ended: (tx: string | null | undefined) => string,
): string {
  const { rollout } = live;
  if (!target || hasEnded(rollout.status)) return rollout.id;
  const { memory } = target;
  const step = live.steps.get(target.instance);
  const done = live.done.filter((each) => each.instance === target.instance);
  return [
    rollout.id,
    statusName(rollout, target),
    target.generation - newest,
    relName(target.from),
    relName(target.to),
    target.failure ? `${target.failure.step} ${target.failure.code}` : "-",
    memory.fenced,
    memory.onHost,
    sinceName(console.now, memory.since),
    Math.min(memory.unanswered, 4),
    memory.began,
    memory.runsNew,
    memory.restaged,
    memory.inFlight ? [txName(memory.inFlight.tx), memory.inFlight.own, memory.inFlight.opener, ended(memory.inFlight.tx)] : "-",
    ended(`${rollout.id}:${target.attempt}`),
    memory.expect?.map(relName).join("+"),
    live.baseline.has(target.instance),
    rollout.progress.alarmed.includes(target.instance),
    step ? `${step.kind} ${txName(step.tx)} ${step.generation - newest}` : "-",
    ...done.map((each) => `${each.step} ${each.attempt - target.attempt} ${JSON.stringify(each.outcome)}`),
  ].join();
}

function statusName(rollout: Rollout, target: Target): string {
  const marks = [
    target.holding,
    target.changed,
    target.confirmedDown,
    target.answeredBefore,
    target.versionNow,
    target.direction,
  ];
  return `${target.wave} ${target.status} ${marks.join(" ")} ${rollout.kind}`;
}
