import { SlipwayError } from "../domain/errors";
import type { RolloutCommand } from "./deps";
import { planDeployment, planRestart } from "./plan/deployment";
import type { PlanDraft } from "./plan/plan";
import { planRollback, planTakeBack } from "./plan/rollback";
import { type PlanView, refusedPlan, viewOfPlan } from "./plan/view";
import type { PreviewRequest } from "./requests";

/** The plan of a request without doing it. What would be refused is part of the answer; only bad input and unknown names are errors. */
export const preview: RolloutCommand<PreviewRequest, PlanView> = async (deps, actor, request) => {
  const { reads } = deps.store;
  try {
    switch (request.kind) {
      case "deployment":
        return await viewOfPlan(deps, reads, actor, await planDeployment(reads, request), null);
      case "restart":
        return await viewOfPlan(deps, reads, actor, await planRestart(reads, request), null);
      case "rollback":
        return await withBarrier(
          (pastBarrier) => planRollback(reads, { ...request, pastBarrier: pastBarrier || request.pastBarrier === true }),
          (plan) => viewOfPlan(deps, reads, actor, plan, null),
        );
      case "take_back": {
        const answer = await planTakeBack(reads, { ...request, pastBarrier: false }).catch((error: unknown) => {
          if (!isBarrier(error)) throw error;
          return planTakeBack(reads, { ...request, pastBarrier: true }).then((past) => ({ ...past, barrier: error }));
        });
        if (answer.kind === "existing") {
          const { id, requestedBy, createdAt } = answer.rollback;
          throw new SlipwayError("invalid_transition", {
            rollout: id,
            by: requestedBy,
            at: createdAt.toISOString(),
            status: answer.rollback.status,
          });
        }
        const view = await viewOfPlan(deps, reads, actor, answer.plan, answer.taken);
        return "barrier" in answer ? withCaution(view, answer.barrier) : view;
      }
      default:
        return request satisfies never;
    }
  } catch (error) {
    if (error instanceof SlipwayError && isRefusal(error)) return refusedPlan(reads, request, error);
    throw error;
  }
};

async function withBarrier(
  plan: (pastBarrier: boolean) => Promise<PlanDraft>,
  view: (plan: PlanDraft) => Promise<PlanView>,
): Promise<PlanView> {
  try {
    return await view(await plan(false));
  } catch (error) {
    if (!isBarrier(error)) throw error;
    return withCaution(await view(await plan(true)), error);
  }
}

/** A barrier does not refuse a preview: the plan is shown, and says what passing it means. */
function withCaution(view: PlanView, barrier: SlipwayError): PlanView {
  return { ...view, tone: "caution", cautions: [{ code: "barrier", params: barrier.params }, ...view.cautions] };
}

function isBarrier(error: unknown): error is SlipwayError {
  return error instanceof SlipwayError && error.code === "barrier";
}

function isRefusal(error: SlipwayError): boolean {
  switch (error.code) {
    case "held":
    case "instance_busy":
    case "no_worker":
    case "version_withdrawn":
    case "package_digest_mismatch":
    case "no_rollback_target":
    case "invalid_transition":
      return true;
    default:
      return false;
  }
}
