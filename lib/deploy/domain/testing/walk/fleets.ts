/** The small fleets that are walked: instances, strategies, and what people may ask for meanwhile. */
import type { StrategyChoice } from "../../strategy";
import { release } from "../scene";
import { RULES, type Rules, SimulatedConsole } from "../simulated-console";
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
export const DEPLOY_AGAIN: Request = {
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
