import { SlipwayError } from "../domain/errors";
import type { PlanReads } from "../ports/rollouts";
import type { RolloutCommand } from "./deps";
import { planToken } from "./plan/plan";
import { planTakeBack } from "./plan/rollback";
import { type PlanView, viewOfPlan } from "./plan/view";
import type { Accepted, TakeBackRequest } from "./requests";
import { rolloutOf } from "./start-deployment";

/**
 * One-click rollback: takes back one rollout. Throws `plan_changed` with the new plan when what was shown is not what would be done, and
 * `no_rollback_target` when nothing runs what it put there. A rollback that does it already is returned instead of a second one.
 */
export const takeBack: RolloutCommand<TakeBackRequest, Accepted> = (deps, actor, request) =>
  deps.store.accept(actor, request.rollbackId, request.service, request, async (reads) => {
    const answer = await planTakeBack(reads, {
      service: request.service,
      takesBack: request.takesBack,
      strategy: request.strategy,
      pastBarrier: request.pastBarrier === true,
    });
    if (answer.kind === "existing") return { existing: answer.rollback.id };
    const { plan } = answer;
    const leaves = new Set(plan.targets.flatMap((target) => (target.from ? [target.from.version] : [])));
    const surprises = request.expectVersion !== undefined && leaves.size > 0 && !leaves.has(request.expectVersion);
    if (surprises || (request.planToken !== undefined && request.planToken !== planToken(plan))) {
      throw await planChanged(reads, request.service, await viewOfPlan(deps, reads, actor, plan, answer.taken));
    }
    return { ...rolloutOf(plan, request.rollbackId, request), hold: request.hold ?? false };
  });

/** Names what was asked for last in the service: most likely what changed the facts. */
async function planChanged(reads: PlanReads, service: string, plan: PlanView): Promise<SlipwayError> {
  const last = await reads.newest(service);
  if (last === null) return new SlipwayError("plan_changed", { service }, { plan });
  const { id, requestedBy, createdAt, reason } = last;
  return new SlipwayError(
    "plan_changed",
    { service, rollout: id, by: requestedBy, since: createdAt.toISOString(), reason },
    { plan, conflict: { rolloutId: id, requestedBy, createdAt } },
  );
}
