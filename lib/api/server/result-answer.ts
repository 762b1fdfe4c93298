import type { z } from "zod";
import type { deployResult, rollbackResult } from "@/lib/api/contract";
import type { RolloutResult } from "@/lib/deploy/domain/result";
import type { RolloutKind } from "@/lib/deploy/domain/statuses";
import { sentence } from "@/lib/sentences";

interface Ended {
  readonly id: string;
  readonly kind: RolloutKind;
  readonly service: string;
  readonly version: string | null;
}

/**
 * DeployResult or RollbackResult of the reference. Its sentences are English in every answer: a result never changes, not even with
 * the reader; pages make their own from the counts.
 */
export function toResult(
  rollout: Ended,
  result: RolloutResult,
  completedAt: Date,
): z.infer<typeof deployResult> | z.infer<typeof rollbackResult> {
  const facts = {
    message: sentence("en", "results", result.message.code, result.message.params) ?? result.message.code,
    instances: [...result.instances],
    total_instances: result.instances.length,
    completed_at: completedAt.toISOString(),
    ok: result.ok,
    status: result.status,
    requested_instances: [...result.requestedInstances],
    failed_instances: result.failedInstances.map((failed) => ({
      instance_id: failed.instanceId,
      step: failed.step,
      code: failed.code,
      message: sentence("en", "failures", failed.code, failed.params) ?? failed.code,
      version_now: failed.versionNow,
    })),
  };
  const version = rollout.version ?? "";
  if (rollout.kind === "deployment") return { deploy_id: rollout.id, service: rollout.service, version, ...facts };
  return { rollback_id: rollout.id, service: rollout.service, target_version: version, ...facts };
}
