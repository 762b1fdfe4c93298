import type { RolloutWire } from "@/lib/api/contract";
import type { RolloutView } from "@/lib/deploy/queries/rollout-view";
import { toResult } from "./result-answer";
import { toWire } from "./wire";

/** A rollout on the wire, its result with its sentence. */
export function rolloutAnswer({ result, ...view }: RolloutView): RolloutWire {
  return {
    ...toWire(view),
    result: result === null || view.completedAt === null ? null : toResult(view, result, view.completedAt),
  };
}
