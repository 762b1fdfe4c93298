import type { PlanWire } from "@/lib/api/contract";

/** Whether the plan told the person of a barrier: only then does confirming it mean to go past. */
export function saysBarrier(plan: PlanWire | undefined): boolean {
  return plan?.cautions.some((caution) => caution.code === "barrier") ?? false;
}
