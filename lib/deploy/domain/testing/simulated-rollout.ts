/** A rollout as the simulated console keeps it. */
import type { ServiceLoad } from "../budget";
import type { Draft } from "../draft";
import type { RolloutResult } from "../result";
import type { Rollout, RolloutEvent, Target } from "../rollout-state";
import type { StepDone } from "../step-outcome";
import type { World } from "../world";
import type { HostStep } from "./simulated-fleet";

export interface GivenStep extends HostStep {
  readonly rollout: string;
  readonly attempt: number;
  readonly notBefore: number;
}

export interface Live {
  rollout: Rollout;
  targets: Map<string, Target>;
  readonly steps: Map<string, GivenStep>;
  done: readonly StepDone[];
  events: readonly RolloutEvent[];
  baseline: ReadonlySet<string>;
  packages: World["packages"];
  result: RolloutResult | null;
  resultAt: number;
}

/** Sees every decision as it is written: what was decided, on what, and what came of it. */
export type Watcher = (live: Live, draft: Draft, before: readonly Target[], load: ServiceLoad) => void;
