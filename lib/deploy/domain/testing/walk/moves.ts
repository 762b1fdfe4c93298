/** Everything that can happen next to a simulated console: by itself, or as a surprise. */
import { actionFactsOf, allowedActions } from "../../actions";
import type { RolloutAction } from "../../statuses";
import { openGate } from "../../wave";
import type { SimulatedConsole } from "../simulated-console";
import { type Fate, type Machine, withBroken } from "../simulated-fleet";
import type { GivenStep, Live } from "../simulated-rollout";

/** Half of every limit that a fleet's strategies set, so that a wait is fresh, half over or over. */
export const CLOCK_STEP_MS = 150_000;
const AN_HOUR_MS = 3_600_000;

export interface Move {
  readonly name: string;
  /** Not what goes on by itself, and not what a person does who waits for the end: a fault, a request, a change of mind. */
  readonly surprise: boolean;
  readonly make: (console: SimulatedConsole) => void;
}

/** What people may ask for, each once. */
export interface Request {
  readonly name: string;
  readonly isPossible: (console: SimulatedConsole) => boolean;
  readonly make: (console: SimulatedConsole) => void;
}

const FATES: Readonly<Record<GivenStep["kind"], readonly Fate[]>> = {
  stage: ["lost", "answer_lost", "refused"],
  fence: ["lost", "answer_lost"],
  activate: ["lost", "answer_lost", "cut_before", "cut_after", "left_running", "refused"],
  stop: ["lost", "answer_lost"],
};

/** What goes on by itself, and the people who let it. The clock is not among it: see `clockMoves`. */
export function* ordinaryMoves(console: SimulatedConsole): Generator<Move> {
  const ordinary = (name: string, make: Move["make"]): Move => ({ name, surprise: false, make });
  for (const live of console.unended) {
    const { id } = live.rollout;
    yield ordinary(`decide ${id}`, (fork) => fork.tick(id));
    for (const step of live.steps.values()) yield ordinary(`${nameOf(step)}: done`, (fork) => fork.run(step));
    if (live.packages.kind === "working")
      yield ordinary(`package of ${id} is there`, (fork) => {
        fork.live(id).packages = { kind: "ready" };
      });
    for (const action of ["resume", "promote"] as const)
      if (mayAct(console, live, action))
        yield ordinary(`${action} ${id}`, (fork) => fork.act(id, action, openGate(live.rollout)));
  }
  for (const host of console.fleet.unreachable)
    yield ordinary(`${host} answers again`, (fork) => {
      fork.fleet.unreachable.delete(host);
    });
  for (const [instance, machine] of console.fleet.machines)
    if (machine.open && !machine.open.cut)
      yield ordinary(`the change on ${instance} ends`, (fork) => fork.fleet.settle(instance));
  if (seesNews(console)) yield ordinary("health is asked", (fork) => fork.sweep());
  if (console.debts.size > 0) yield ordinary("debts are settled", (fork) => fork.reconcile());
  if (console.held)
    yield ordinary("the service is released", (fork) => {
      fork.held = false;
    });
}

/** Time passes: of itself where nothing else goes on, as a surprise where something is slow. */
export function* clockMoves(console: SimulatedConsole, surprise: boolean): Generator<Move> {
  if (console.unended.length === 0) return;
  const by = (name: string, ms: number): Move => ({
    name,
    surprise,
    make: (fork) => {
      fork.now += ms;
    },
  });
  yield by("time passes", CLOCK_STEP_MS);
  if (console.unended.some((live) => live.rollout.progress.busySince !== null)) yield by("an hour passes", AN_HOUR_MS);
}

export function* surprises(console: SimulatedConsole, requests: readonly Request[]): Generator<Move> {
  const surprise = (name: string, make: Move["make"]): Move => ({ name, surprise: true, make });
  for (const live of console.unended) {
    const { id } = live.rollout;
    for (const step of live.steps.values()) {
      for (const fate of FATES[step.kind]) yield surprise(`${nameOf(step)}: ${fate}`, (fork) => fork.run(step, fate));
      // The worker dies before it has written down what the host did; another one claims the same step.
      yield surprise(`${nameOf(step)}: done, its worker dies`, (fork) => fork.fleet.perform(step, "ok"));
      if (step.kind !== "activate") continue;
      const { version } = step.goal;
      yield surprise(`${nameOf(step)}: ${version} exits`, (fork) =>
        withBroken(fork.fleet, step.instance, [version], () => fork.run(step)),
      );
      yield surprise(`${nameOf(step)}: nothing comes up`, (fork) =>
        withBroken(fork.fleet, step.instance, ["1", "2", "3"], () => fork.run(step)),
      );
    }
    if (live.packages.kind === "working")
      yield surprise(`package of ${id} is refused`, (fork) => {
        const failure = { step: "package", code: "unsafe_package", params: {}, evidence: null } as const;
        fork.live(id).packages = { kind: "refused", failure };
      });
    for (const action of ["start_now", "undo", "pause", "retry", "abort"] as const)
      if (mayAct(console, live, action)) yield surprise(`${action} ${id}`, (fork) => fork.act(id, action));
  }
  for (const request of requests) if (request.isPossible(console)) yield surprise(request.name, request.make);
  for (const [instance, machine] of console.fleet.machines) {
    if (!console.fleet.unreachable.has(machine.host))
      yield surprise(`${machine.host} goes`, (fork) => {
        fork.fleet.unreachable.add(machine.host);
      });
    if (machine.up) yield surprise(`${instance} falls over`, (fork) => fork.fleet.fallOver(instance));
    if (machine.open && !machine.open.cut) {
      const { version } = machine.open.step.goal;
      yield surprise(`the change on ${instance} ends: ${version} exits`, (fork) =>
        withBroken(fork.fleet, instance, [version], () => fork.fleet.settle(instance)),
      );
    }
  }
  for (const step of lateSteps(console))
    yield surprise(`${nameOf(step)} #${step.attempt}: reaches its host late`, (fork) => fork.fleet.perform(step, "ok"));
  for (const { rollout, done } of oldOutcomes(console))
    yield surprise(
      `${done.step} on ${done.instance} for ${rollout} #${done.attempt}: ${done.outcome.kind} is told again`,
      (fork) => fork.tellAgain(rollout, done),
    );
  if (!console.held && console.unended.length > 0)
    yield surprise("the service is held", (fork) => {
      fork.held = true;
    });
}

const nameOf = (step: GivenStep): string => `${step.kind} on ${step.instance} for ${step.rollout}`;

function mayAct(console: SimulatedConsole, live: Live, action: RolloutAction): boolean {
  return allowedActions(actionFactsOf(live.rollout, live.targets.values(), console.held)).includes(action);
}

/** A host is asked for its health, unless it is switching the instance just now. */
function seesNews(console: SimulatedConsole): boolean {
  return [...console.fleet.machines].some(
    ([instance, machine]) =>
      machine.current !== null &&
      !console.fleet.unreachable.has(machine.host) &&
      console.observed.get(instance)?.healthy !== machine.up,
  );
}

/**
 * Commands that nobody waits for any more and that would still do something on their host: of a worker that froze before it sent them.
 * What was told or refused is not sent again.
 */
export function lateSteps(console: SimulatedConsole): readonly GivenStep[] {
  return console.given.filter((step) => {
    if (step.kind === "stage" || console.rollouts.get(step.rollout)?.steps.get(step.instance) === step) return false;
    if (console.told.some(({ rollout, done }) => rollout === step.rollout && isOutcomeOf(done, step))) return false;
    const machine = console.fleet.machine(step.instance);
    return step.generation >= machine.generation && !knows(machine, step.tx) && !console.fleet.unreachable.has(machine.host);
  });
}

function isOutcomeOf(done: { instance: string; attempt: number; step: string }, step: GivenStep): boolean {
  return done.instance === step.instance && done.attempt === step.attempt && done.step === step.kind;
}

function knows(machine: Machine, tx: string): boolean {
  return machine.journal.has(tx) || machine.open?.step.tx === tx;
}

/** The newest outcome of every instance in every live rollout, and the newest of an older attempt. */
function oldOutcomes(console: SimulatedConsole): SimulatedConsole["told"] {
  return console.unended.flatMap((live) =>
    [...live.targets.values()].flatMap((target) => {
      const told = console.told.filter(
        ({ rollout, done }) => rollout === live.rollout.id && done.instance === target.instance && !live.done.includes(done),
      );
      const newest = told.findLast(({ done }) => done.attempt === target.attempt);
      const older = told.findLast(({ done }) => done.attempt < target.attempt);
      return [newest, older].filter((each) => each !== undefined);
    }),
  );
}
