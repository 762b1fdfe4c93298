/** The world answers, people let it go on: what every state must come to an end with. */
import { actionFactsOf, allowedActions } from "../../actions";
import { hasEnded } from "../../statuses";
import { openGate } from "../../wave";
import { Never } from "../never";
import type { SimulatedConsole } from "../simulated-console";
import type { Live } from "../simulated-rollout";
import { CLOCK_STEP_MS } from "./moves";

/** More rounds than any way to the end takes. */
const ROUNDS = 120;

/**
 * Lets the console go on until everything has ended and nothing is owed, or until `isKnown` knows the state. Throws when it does not end,
 * or when something happens on the way that may never happen. `moves`: what was done, for a trace.
 */
export function heal(
  console: SimulatedConsole,
  before: Never,
  isKnown: (console: SimulatedConsole) => boolean,
  moves: string[],
): void {
  const never = new Never(console, before);
  console.held = false;
  console.fleet.unreachable.clear();
  for (let round = 0; round < ROUNDS; round += 1) {
    if (isKnown(console)) return;
    if (console.unended.length === 0 && console.debts.size === 0) return;
    const { changes } = console;
    goOn(console, never, moves);
    never.check();
    if (console.changes !== changes) continue;
    if (letGoOn(console, moves)) continue;
    for (const { rollout } of console.unended) never.isDriven(rollout.id);
    console.now += CLOCK_STEP_MS;
    moves.push("time passes");
  }
  const left = console.unended.map(({ rollout }) => `${rollout.id} ${rollout.status} ${rollout.statusReason?.code ?? ""}`);
  throw new Error(`it never ends: ${[...left, ...console.debts.keys()].join(", ")}`);
}

/** Everything that needs nobody: packages come, steps are done, decisions made, debts settled. */
function goOn(console: SimulatedConsole, never: Never, moves: string[]): void {
  for (const instance of console.fleet.machines.keys()) console.fleet.settle(instance);
  console.sweep();
  for (const live of console.unended) {
    if (live.packages.kind === "working") live.packages = { kind: "ready" };
    for (const step of [...live.steps.values()]) {
      moves.push(`${step.kind} on ${step.instance} for ${step.rollout}: done`);
      console.run(step);
    }
    if (hasEnded(live.rollout.status)) continue;
    moves.push(`decide ${live.rollout.id}`);
    console.tick(live.rollout.id);
    never.check();
  }
  if (console.debts.size > 0) {
    moves.push("debts are settled");
    console.reconcile();
  }
}

/** A person opens a gate or lifts a pause; where no room is left for more, gives up. */
function letGoOn(console: SimulatedConsole, moves: string[]): boolean {
  for (const live of console.unended) {
    const action = wayOut(live);
    if (action === null) continue;
    moves.push(`${action} ${live.rollout.id}`);
    console.act(live.rollout.id, action, openGate(live.rollout));
    return true;
  }
  return false;
}

function wayOut({ rollout, targets }: Live): "promote" | "resume" | "abort" | null {
  if (rollout.status !== "paused") return null;
  const allowed = allowedActions(actionFactsOf(rollout, targets.values(), false));
  if (rollout.statusReason?.code === "min_healthy") return "abort";
  return allowed.includes("promote") ? "promote" : allowed.includes("resume") ? "resume" : null;
}
