import type { ActivationWire } from "@/lib/api/contract";

/** How long it ran, in seconds; null while it runs. */
export function secondsRun(activation: Pick<ActivationWire, "from" | "to">): number | null {
  return activation.to === null ? null : Math.max(0, (Date.parse(activation.to) - Date.parse(activation.from)) / 1000);
}
