/** The small fleets that are walked: instances, strategies, and what people may ask for meanwhile. */
import type { StrategyChoice } from "../../strategy";
import { RULES, type Rules } from "../rules";
import { release } from "../scene";
import { SimulatedConsole } from "../simulated-console";
import type { Request } from "./moves";

export interface Fleet {
  readonly name: string;
  readonly start: (rules?: Rules) => SimulatedConsole;
  readonly requests: readonly Request[];
}

/** Every limit is one or two steps of the walk's clock. */
const LIMITS: StrategyChoice = { bakeSeconds: 150, stageTimeoutS: 300, unknownWaitSeconds: 300, spread: false };

export interface Shape {
  readonly name: string;
  /** Versions that run at first, `-` for an instance that is new, `!` after one that is down. */
  readonly instances: readonly string[];
  readonly strategy: StrategyChoice;
  readonly requests: readonly Request[];
}

/** A service on which a deployment of version 2 has just been accepted. */
export function fleetOf({ name, instances, strategy, requests }: Shape): Fleet {
  const start = (rules: Rules = RULES) => {
    const console = new SimulatedConsole(rules);
    for (const [at, runs] of instances.entries()) {
      const instance = LETTERS.charAt(at);
      console.add(instance, `host-${instance}`, runs === "-" ? null : release(runs.charAt(0)));
      if (runs.endsWith("!")) console.fleet.fallOver(instance);
    }
    console.sweep();
    console.accept({
      id: "D2",
      kind: "deployment",
      to: release("2"),
      instances: [...console.fleet.machines.keys()],
      strategy: { ...LIMITS, ...strategy },
    }).packages = { kind: "working" };
    return console;
  };
  return { name, start, requests };
}

const LETTERS = "abcdefgh";

/** One click on what the deployment changed, from the pages: with a grace. */
export const TAKE_BACK: Request = {
  name: "take D2 back",
  isPossible: (console) => !console.rollouts.has("B") && console.planTakeBack("D2").size > 0,
  make: (console) => {
    const to = console.planTakeBack("D2");
    console.now += 1;
    const strategy = { ...LIMITS, bakeSeconds: 0, graceSeconds: 150 };
    console.accept({ id: "B", kind: "rollback", to, instances: [...to.keys()], takesBack: "D2", strategy });
  },
};

/** A rollback to a version by name, without a grace: of every instance, or of the first one only. */
export function rollBackTo(version: string, part: "all" | "one", id = `R${version}${part}`): Request {
  return {
    name: `roll back ${part} to ${version}`,
    isPossible: (console) => !console.rollouts.has(id),
    make: (console) => {
      const instances = [...console.fleet.machines.keys()].slice(0, part === "all" ? undefined : 1);
      console.now += 1;
      console.accept({ id, kind: "rollback", to: release(version), instances, strategy: { ...LIMITS, bakeSeconds: 0 } });
    },
  };
}

/** A second deployment while the first one goes on, and after it. */
const DEPLOY_AGAIN: Request = {
  name: "deploy 3",
  isPossible: (console) => !console.rollouts.has("D3"),
  make: (console) => {
    console.now += 1;
    const instances = [...console.fleet.machines.keys()];
    console.accept({
      id: "D3",
      kind: "deployment",
      to: release("3"),
      instances,
      strategy: { ...LIMITS, canary: 0, waveSize: "100%" },
    });
  },
};

const EVERYTHING: readonly Request[] = [TAKE_BACK, rollBackTo("1", "all"), rollBackTo("1", "one"), DEPLOY_AGAIN];

function named(instances: readonly string[], strategy: StrategyChoice, requests: readonly Request[] = EVERYTHING): Fleet {
  const words = Object.entries(strategy).map(([field, value]) => `${field} ${value}`);
  return fleetOf({ name: [instances.join(" "), ...words].join(", "), instances, strategy, requests });
}

const running = (count: number): readonly string[] => Array.from({ length: count }, () => "1");

const WAYS: readonly StrategyChoice[] = [
  { canary: 1, waveSize: 1, onFailure: "roll_back", promotion: "auto", maxFailed: 0, minHealthy: "50%" },
  { canary: 1, waveSize: "100%", onFailure: "roll_back", promotion: "each_wave", maxFailed: 1, minHealthy: "0%" },
  { canary: 0, waveSize: "100%", onFailure: "roll_back", promotion: "auto", maxFailed: 1, minHealthy: "50%" },
  { canary: 1, waveSize: "100%", onFailure: "pause", promotion: "auto", maxFailed: 0, minHealthy: "0%" },
  { canary: 1, waveSize: 1, onFailure: "pause", promotion: "after_canary", maxFailed: 1, minHealthy: "50%" },
  { canary: 0, waveSize: "100%", onFailure: "stop", promotion: "auto", maxFailed: 0, minHealthy: "50%" },
  { canary: 1, waveSize: 1, onFailure: "stop", promotion: "each_wave", maxFailed: 1, minHealthy: "0%" },
];

/** Fleets of so many instances that run, one for each pair of ways to cut waves, to fail, to promote and to count. */
export function fleetsOf(count: number): readonly Fleet[] {
  return WAYS.map((strategy) => named(running(count), strategy));
}

/** Two instances, under every strategy that differs for two. */
export function everyStrategy(): readonly Fleet[] {
  const fleets: Fleet[] = [];
  for (const waves of [
    { canary: 1, waveSize: 1 },
    { canary: 0, waveSize: "100%" },
  ] as const)
    for (const onFailure of ["roll_back", "pause", "stop"] as const)
      for (const maxFailed of [0, 1])
        for (const minHealthy of ["0%", "50%"] as const)
          for (const promotion of waves.canary === 0 ? (["auto"] as const) : (["auto", "each_wave"] as const))
            fleets.push(named(running(2), { ...waves, onFailure, maxFailed, minHealthy, promotion }));
  return fleets;
}

/** One that runs beside one that is new, and beside one that is down. */
export function unevenFleets(): readonly Fleet[] {
  return (["roll_back", "pause"] as const).flatMap((onFailure) =>
    [["1", "-"], ["1", "1!"], ["-"]].map((instances) => named(instances, { onFailure, canary: 0, waveSize: "100%" })),
  );
}
