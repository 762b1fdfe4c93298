import type { FailureWire, RolloutTargetWire } from "@/lib/api/contract";
import { groupBy } from "./group-by";

export type FailedTarget = RolloutTargetWire & { readonly failure: FailureWire };

export interface FailureGroup {
  readonly key: string;
  /** The failure that stands for the group: that of its first instance. */
  readonly failure: FailureWire;
  readonly targets: readonly FailedTarget[];
}

/** Parameters that differ from instance to instance and say nothing about the cause. */
const PER_INSTANCE = ["instance", "host", "port", "version_now", "latency_ms"];

/** Failures by cause ("503 from /healthz × 11"), the most frequent first. */
export function groupFailures(targets: readonly RolloutTargetWire[]): readonly FailureGroup[] {
  const groups = groupBy(targets.filter(hasFailed), (target) => causeOf(target.failure));
  return [...groups]
    .flatMap(([key, group]) => (group[0] === undefined ? [] : [{ key, failure: group[0].failure, targets: group }]))
    .toSorted((a, b) => b.targets.length - a.targets.length);
}

/** Whether something was started that could have left evidence: of a host that was never begun with, none is missed. */
export function couldLeaveEvidence({ step, evidence }: FailureWire): boolean {
  return evidence !== null || step === "verify" || step === "bake";
}

function hasFailed(target: RolloutTargetWire): target is FailedTarget {
  return target.failure !== null;
}

function causeOf({ code, params }: FailureWire): string {
  const cause = Object.entries(params).filter(([name]) => !PER_INSTANCE.includes(name));
  return JSON.stringify([code, cause.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}
