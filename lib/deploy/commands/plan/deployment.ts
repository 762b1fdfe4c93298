import { SlipwayError } from "../../domain/errors";
import type { StrategyChoice } from "../../domain/strategy";
import type { PlanReads, RolloutFacts, ServiceFacts } from "../../ports/rollouts";
import type { RestartRequest } from "../requests";
import { inWaves, knownInstances, knownService, onlyVersion, type PlanDraft, strategyOf, targetTo } from "./plan";

interface DeploymentWish {
  readonly service: string;
  readonly version: string;
  readonly instances: readonly string[];
  readonly strategy?: StrategyChoice;
  readonly packageSha256?: string;
  readonly barrier?: { readonly reason: string };
}

/** Throws what refuses it: `held`, `instance_busy`, `version_withdrawn`, `no_worker`, bad instances, an impossible strategy. */
export async function planDeployment(reads: PlanReads, wish: DeploymentWish): Promise<PlanDraft> {
  const service = await knownService(reads, wish.service);
  const instances = await knownInstances(reads, wish.service, wish.instances);
  const versions = await reads.versions(wish.service);
  const known = versions.find((version) => version.version === wish.version);
  if (known?.withdrawn) throw new SlipwayError("version_withdrawn", { service: wish.service, version: wish.version });
  if (known && wish.packageSha256 !== undefined && wish.packageSha256 !== known.packageSha256) {
    throw new SlipwayError("package_digest_mismatch", {
      expected: known.packageSha256,
      actual: wish.packageSha256,
      version: wish.version,
    });
  }
  // There is no way back past a barrier, so a failure waits for a person instead of reversing by itself.
  const defaults: StrategyChoice = wish.barrier ? { onFailure: "pause" } : {};
  const strategy = await strategyOf(reads, "deployment", instances.length, wish.strategy, service, defaults);
  await refuseInTheWay(
    reads,
    service,
    instances.map((instance) => instance.instance),
  );
  const to = { version: wish.version, revision: service.revision };
  const planned = inWaves(
    "deployment",
    strategy,
    instances,
    instances.map((instance) => targetTo(instance, to, versions, null)),
  );
  const silent = instances
    .filter((instance) => instance.running !== null && instance.healthy === false)
    .map((instance) => instance.instance);
  const cautions = silent.length > 0 ? [{ code: "not_answering", params: { instances: silent, count: silent.length } }] : [];
  return {
    kind: "deployment",
    service: wish.service,
    takesBack: null,
    version: wish.version,
    strategy,
    ...planned,
    leftAlone: [],
    cautions,
    replaces: [],
  };
}

/** Each instance's present version with the newest settings; those without a version are skipped. */
export async function planRestart(
  reads: PlanReads,
  wish: Pick<RestartRequest, "service" | "instances" | "strategy">,
): Promise<PlanDraft> {
  const service = await knownService(reads, wish.service);
  const instances = await knownInstances(reads, wish.service, wish.instances);
  const versions = await reads.versions(wish.service);
  await refuseInTheWay(
    reads,
    service,
    instances.map((instance) => instance.instance),
  );
  const targets = instances.flatMap((instance) =>
    instance.running === null
      ? []
      : [targetTo(instance, { version: instance.running.version, revision: service.revision }, versions, null)],
  );
  const empty = instances.filter((instance) => instance.running === null);
  if (targets.length === 0)
    throw new SlipwayError(
      "invalid_request",
      { service: wish.service },
      { fields: [{ pointer: "/instances", code: "no_version" }] },
    );
  const strategy = await strategyOf(reads, "deployment", targets.length, wish.strategy, service);
  return {
    kind: "restart",
    service: wish.service,
    takesBack: null,
    version: onlyVersion(targets),
    strategy,
    ...inWaves("deployment", strategy, instances, targets),
    leftAlone: empty.map((instance) => ({ instanceId: instance.instance, code: "no_version", params: {} })),
    withoutVersion: empty.map(({ instance, host }) => ({ instance, host, revision: service.revision })),
    cautions: [],
    replaces: [],
  };
}

/** What refuses a deployment, and only a deployment. */
async function refuseInTheWay(reads: PlanReads, service: ServiceFacts, instances: readonly string[]): Promise<void> {
  const { heldBy } = service;
  if (heldBy !== null) {
    throw new SlipwayError(
      "held",
      { service: service.service, by: heldBy.by, since: heldBy.at.toISOString(), reason: heldBy.reason },
      {
        retryAfterS: 60,
        ...(heldBy.rollout === null
          ? {}
          : { conflict: { rolloutId: heldBy.rollout, requestedBy: heldBy.by, createdAt: heldBy.at } }),
      },
    );
  }
  if ((await reads.workersAlive()) === 0) throw new SlipwayError("no_worker", {}, { retryAfterS: 10 });
  const now = await reads.now();
  const inTheWay = (await reads.overlapping(service.service, instances)).find((other) => !startsLater(other, now));
  if (inTheWay) {
    throw new SlipwayError(
      "instance_busy",
      { service: service.service, rollout: inTheWay.id, instances: inTheWay.instances, by: inTheWay.requestedBy },
      { retryAfterS: 30, conflict: { rolloutId: inTheWay.id, requestedBy: inTheWay.requestedBy, createdAt: inTheWay.createdAt } },
    );
  }
}

/** A later start waits for its turn when the time comes; until then it is in nobody's way. */
function startsLater(other: RolloutFacts, now: Date): boolean {
  return other.status === "scheduled" && other.scheduledUntil !== null && other.scheduledUntil.getTime() > now.getTime() + 60_000;
}
