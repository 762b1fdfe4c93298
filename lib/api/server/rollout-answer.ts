import { z } from "zod";
import { deployResult, type RolloutWire, rollbackResult } from "@/lib/api/contract";
import type { RolloutView } from "@/lib/deploy/queries/rollout-view";
import { toWire } from "./wire";

const storedResult = z.union([deployResult, rollbackResult]).nullable();

/** A rollout on the wire. Its result was stored in the words of the wire when it ended, and is never made anew. */
export function rolloutAnswer({ result, ...view }: RolloutView): RolloutWire {
  return { ...toWire(view), result: storedResult.parse(result) };
}
