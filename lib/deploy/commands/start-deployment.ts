import type { NewRollout } from "../ports/rollouts";
import type { RolloutCommand } from "./deps";
import { planDeployment } from "./plan/deployment";
import type { PlanDraft } from "./plan/plan";
import type { Accepted, DeployRequest } from "./requests";

/**
 * Accepts a deployment. The URL is asked before anything else; the bytes are fetched and checked by a worker. The id is an
 * idempotency key: the same request again returns the same rollout and asks nothing.
 */
export const startDeployment: RolloutCommand<DeployRequest, Accepted> = async ({ store, packages }, actor, request) => {
  try {
    if (!(await store.reads.exists(request.deployId))) {
      await planDeployment(store.reads, request);
      await packages.ask(request.packageUrl);
    }
  } catch (error) {
    // The same request, accepted meanwhile by another server, is in its own way: it is answered with what it began.
    if (!(await store.reads.exists(request.deployId))) throw error;
  }
  return store.accept(actor, request.deployId, request.service, canonical(request), async (reads) => {
    const plan = await planDeployment(reads, request);
    return {
      ...rolloutOf(plan, request.deployId, request),
      packageUrl: request.packageUrl,
      packageSha256: request.packageSha256 ?? null,
      barrier: request.barrier ?? null,
    };
  });
};

/** Requests are compared before defaults are filled in, their instances as a set. */
export function canonical(request: { readonly instances: readonly string[] }): unknown {
  return { ...request, instances: [...new Set(request.instances)].sort() };
}

interface Described {
  readonly reason?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export function rolloutOf(plan: PlanDraft, id: string, described: Described): NewRollout {
  return {
    id,
    kind: plan.kind === "deployment" || plan.kind === "restart" ? "deployment" : "rollback",
    service: plan.service,
    version: plan.version,
    strategy: plan.strategy,
    reason: described.reason ?? null,
    metadata: described.metadata ?? {},
    packageUrl: null,
    packageSha256: null,
    barrier: null,
    restart: plan.kind === "restart",
    takesBack: plan.takesBack,
    retryOf: null,
    hold: false,
    targets: plan.targets,
    withoutVersion: plan.withoutVersion ?? [],
  };
}
