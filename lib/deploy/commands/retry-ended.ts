import { SlipwayError } from "../domain/errors";
import { hasEnded } from "../domain/statuses";
import type { Actor } from "../ports";
import type { RolloutDeps } from "./deps";
import { planDeployment, planRestart } from "./plan/deployment";
import type { PlanDraft } from "./plan/plan";
import { planRollback } from "./plan/rollback";
import type { Accepted } from "./requests";
import { rolloutOf } from "./start-deployment";

/** A new rollout of what an ended one left undone, with `retry_of`. */
export async function retryEnded({ store }: RolloutDeps, actor: Actor, of: string, id: string): Promise<Accepted> {
  const left = await store.reads.unfinished(of);
  if (!left) throw new SlipwayError("rollout_not_found", { id: of });
  return store.accept(actor, id, left.service, { retryOf: of }, async (reads) => {
    const facts = await reads.rollout(of);
    if (!facts || !hasEnded(facts.status) || left.instances.length === 0 || left.version === null) {
      throw new SlipwayError("invalid_transition", { action: "retry", status: facts?.status ?? null, rollout: of });
    }
    const { service, instances, version, strategy } = left;
    const wish = { service, instances, strategy: { ...strategy, startAt: null } };
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
      ...rolloutOf(plan, id, { reason: left.reason ?? undefined, metadata: left.metadata }),
      packageUrl: left.packageUrl,
      packageSha256: left.packageSha256,
      takesBack: facts.takesBack,
      retryOf: of,
    };
  });
}
