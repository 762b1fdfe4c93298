import { SlipwayError } from "../domain/errors";
import { hasEnded } from "../domain/statuses";
import type { Actor } from "../ports";
import type { RolloutDeps } from "./deps";
import { planDeployment, planRestart } from "./plan/deployment";
import type { PlanDraft } from "./plan/plan";
import { planRollback, planTakeBack } from "./plan/rollback";
import type { Accepted } from "./requests";
import { rolloutOf } from "./start-deployment";

/** A new rollout of what an ended one left undone, with `retry_of`. */
export async function retryEnded({ store }: RolloutDeps, actor: Actor, of: string, id: string): Promise<Accepted> {
  const left = await store.reads.unfinished(of);
  if (!left) throw new SlipwayError("rollout_not_found", { id: of });
  return store.accept(actor, id, left.service, { retryOf: of }, async (reads) => {
    const facts = await reads.rollout(of);
    const refusal = new SlipwayError("invalid_transition", { action: "retry", status: facts?.status ?? null, rollout: of });
    if (!facts || !hasEnded(facts.status) || left.instances.length === 0) throw refusal;
    const { service, instances, version } = left;
    const strategy = { ...left.strategy, startAt: null };
    const described = { reason: left.reason ?? undefined, metadata: left.metadata };
    if (facts.takesBack !== null) {
      // Where each instance goes back to is asked anew: what was taken back meanwhile is left alone.
      const answer = await planTakeBack(reads, { service, takesBack: facts.takesBack, strategy, pastBarrier: true });
      if (answer.kind === "existing") return { existing: answer.rollback.id };
      return { ...rolloutOf(answer.plan, id, described), retryOf: of };
    }
    if (version === null) throw refusal;
    const wish = { service, instances, strategy };
    let plan: PlanDraft;
    if (facts.kind === "rollback")
      plan = await planRollback(reads, {
        ...wish,
        targetVersion: version,
        packageUrl: left.packageUrl ?? undefined,
        pastBarrier: true,
      });
    else if (left.restart) plan = await planRestart(reads, wish);
    else plan = await planDeployment(reads, { ...wish, version });
    return {
      ...rolloutOf(plan, id, described),
      packageUrl: left.packageUrl,
      packageSha256: left.packageSha256,
      retryOf: of,
    };
  });
}
