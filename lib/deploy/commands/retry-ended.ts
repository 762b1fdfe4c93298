import { SlipwayError } from "../domain/errors";
import { hasEnded } from "../domain/statuses";
import type { Actor } from "../ports";
import type { RolloutDeps } from "./deps";
import { planDeployment, planRestart } from "./plan/deployment";
import type { PlanDraft } from "./plan/plan";
import { planRollbackAgain } from "./plan/rollback-again";
import type { Accepted } from "./requests";
import { rolloutOf } from "./start-deployment";

/** A new rollout of what an ended one left undone, with `retry_of`: under the same barrier and hold, and refused by what has come since. */
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
    const wish = { service, instances, strategy };
    let plan: PlanDraft;
    if (facts.kind === "rollback") {
      const before = facts.takesBack === null ? null : await reads.takenBackBy(facts.takesBack);
      if (before && before.completedAt === null) return { existing: before.id };
      plan = await planRollbackAgain(reads, { rollback: facts, goals: left.goals, strategy, pastBarrier: left.pastBarrier });
    } else if (left.restart) plan = await planRestart(reads, wish);
    else if (version !== null) plan = await planDeployment(reads, { ...wish, version, barrier: left.barrier ?? undefined });
    else throw refusal;
    return {
      ...rolloutOf(plan, id, described),
      packageUrl: left.packageUrl,
      packageSha256: left.packageSha256,
      barrier: left.barrier,
      hold: left.hold,
      retryOf: of,
    };
  });
}
