/** What a rollout came to: facts only; the sentence is made from `message` in the reader's language. A result never changes. */
import type { FailureCode, Params } from "./errors";
import type { Coded, Rollout, Target } from "./rollout-state";
import type { EndedRolloutStatus } from "./statuses";
import { hasEnded } from "./statuses";

export interface FailedInstance {
  readonly instanceId: string;
  readonly step: string;
  readonly code: FailureCode;
  readonly params: Params;
  readonly versionNow: string | null;
}

export interface RolloutResult {
  readonly ok: boolean;
  readonly status: EndedRolloutStatus;
  /** Ids on which the target version runs and was verified. */
  readonly instances: readonly string[];
  readonly requestedInstances: readonly string[];
  readonly failedInstances: readonly FailedInstance[];
  /** Key of the sentence (`results.<code>`) and its counts. */
  readonly message: Coded;
}

export function resultOf(rollout: Rollout, targets: readonly Target[]): RolloutResult {
  if (!hasEnded(rollout.status)) throw new Error(`${rollout.id} has not ended`);
  const verified = targets.filter((target) => target.status === "succeeded" && !target.memory.runsNew);
  const failed = targets.filter(
    ({ failure, status }) => failure !== null && status !== "succeeded" && status !== "taken_over" && status !== "skipped",
  );
  const putBack = targets.filter((target) => target.status === "put_back" || isPutBackByHost(target));
  const backOn = [...new Set(putBack.map((target) => target.versionNow))];
  const versions = new Set(targets.filter((target) => target.failure?.code !== "no_version").map((target) => target.to.version));
  const [version = null] = versions.size === 1 ? versions : [];
  const params = {
    version,
    verified: verified.length,
    total: targets.length,
    changed: targets.filter((target) => target.changed).length,
    failed: targets.filter((target) => target.status === "failed" || target.status === "unknown").length,
    put_back: putBack.length,
    unknown: targets.filter((target) => target.status === "unknown").length,
    skipped: targets.filter((target) => target.status === "skipped").length,
    back_on: backOn.length === 1 ? (backOn[0] ?? null) : null,
  };
  return {
    ok: rollout.status === "succeeded",
    status: rollout.status,
    instances: verified.map((target) => target.instance),
    requestedInstances: targets.map((target) => target.instance),
    failedInstances: failed.flatMap((target) =>
      target.failure === null
        ? []
        : [
            {
              instanceId: target.instance,
              step: target.failure.step,
              code: target.failure.code,
              params: target.failure.params,
              versionNow: target.versionNow,
            },
          ],
    ),
    message: { code: rollout.status, params },
  };
}

/** Its change began and failed, and its host started again what ran before. What failed earlier was never away from it. */
function isPutBackByHost({ status, failure, versionNow, to }: Target): boolean {
  return status === "failed" && failure?.step === "verify" && versionNow !== null && versionNow !== to.version;
}
