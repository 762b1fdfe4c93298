/** What is owed to instances whose hosts could not be asked, and how it is settled once they answer. */
import type { NewDebt } from "../draft";
import type { SimulatedFleet } from "./simulated-fleet";
import type { SimulatedHistory } from "./simulated-history";

export interface Debt extends NewDebt {
  readonly rollout: string;
}

/** The part of the console that debts are settled on. */
export interface Creditor {
  readonly now: number;
  readonly fleet: SimulatedFleet;
  readonly history: SimulatedHistory;
  readonly generations: Map<string, number>;
  readonly debts: Map<string, Debt>;
}

/** Asks every host that owes an answer; carries out what is owed where nothing newer touched the instance. */
export function settleDebts(console: Creditor): void {
  for (const [instance, debt] of [...console.debts]) {
    const machine = console.fleet.machine(instance);
    if (console.fleet.unreachable.has(machine.host)) continue;
    if ((console.generations.get(instance) ?? 0) > debt.generation) {
      console.debts.delete(instance);
      continue;
    }
    if (debt.duty === "record") record(console, debt);
    else if (debt.duty === "stop") stop(console, debt);
    else restore(console, debt);
  }
}

function record(console: Creditor, debt: Debt): void {
  const { instance } = debt;
  const generation = debt.generation + 1;
  console.generations.set(instance, generation);
  console.fleet.settle(instance);
  const goal = console.fleet.machine(instance).current ?? debt.release;
  const answer = console.fleet.perform(
    { instance, kind: "fence", tx: `${debt.tx} asked`, generation, goal, mode: "deployment", force: false, inFlightTx: debt.tx },
    "ok",
  );
  console.debts.delete(instance);
  if (answer.kind !== "fenced" || answer.inFlight.kind === "none") return;
  const [rollout = "", attempt = "1"] = debt.tx.split(":");
  const base = { instance, release: debt.release, opener: "deployment", rollout, attempt: Number(attempt) } as const;
  if (answer.inFlight.kind === "verified")
    return console.history.write({ kind: "runs", process: null, ...base, changed: true, at: console.now });
  const { code } = answer.inFlight;
  const failure = { step: "verify", code, params: {}, evidence: null } as const;
  console.history.write({
    kind: "failed",
    ...base,
    outcome: "failed",
    failure,
    startedAt: console.now,
    endedAt: console.now,
    runs: answer.seen.current,
  });
}

function stop(console: Creditor, debt: Debt): void {
  const { instance, generation, tx, release, rollout, attempt } = debt;
  const step = { instance, tx, generation, goal: release, mode: "rollback", force: false, inFlightTx: null } as const;
  const answer = console.fleet.perform({ ...step, kind: "stop" }, "ok");
  console.debts.delete(instance);
  if (answer.kind !== "stopped") return;
  console.history.write({ kind: "stopped", instance, release, opener: "put_back", rollout, attempt, at: console.now });
}

function restore(console: Creditor, debt: Debt): void {
  const { instance, generation, tx } = debt;
  const step = { instance, tx, generation, goal: debt.release, mode: "rollback", force: false, inFlightTx: null } as const;
  console.fleet.perform({ ...step, kind: "stage" }, "ok");
  const answer = console.fleet.perform({ ...step, kind: "activate" }, "ok");
  console.debts.delete(instance);
  if (answer.kind !== "verified") return;
  const fact = {
    kind: "runs",
    process: null,
    instance,
    release: debt.release,
    opener: "rollback",
    rollout: debt.rollout,
    attempt: debt.attempt,
    changed: answer.changed,
    at: console.now,
  } as const;
  console.history.write(fact);
}
