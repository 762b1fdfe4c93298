import { SlipwayError } from "../../domain/errors";
import { broughtBy, type PastRun, takeBackDestination } from "../../domain/rollback-target";
import type { Coded } from "../../domain/rollout-state";
import type { StrategyChoice } from "../../domain/strategy";
import type { PlannedInstance, PlanReads, RolloutFacts } from "../../ports/rollouts";
import { refusePastBarrier } from "./barrier";
import {
  inWaves,
  knownInstances,
  knownService,
  onlyVersion,
  type PlanDraft,
  type PlannedTarget,
  strategyOf,
  targetTo,
} from "./plan";

interface RollbackWish {
  readonly service: string;
  readonly targetVersion: string;
  readonly instances: readonly string[];
  readonly packageUrl?: string;
  readonly strategy?: StrategyChoice;
  readonly pastBarrier?: boolean;
}

/** A rollback to a named version: any of the catalogue, or one that can be fetched. */
export async function planRollback(reads: PlanReads, wish: RollbackWish): Promise<PlanDraft> {
  const service = await knownService(reads, wish.service);
  const instances = await knownInstances(reads, wish.service, wish.instances);
  const versions = await reads.versions(wish.service);
  const known = versions.find((version) => version.version === wish.targetVersion);
  if (!known && wish.packageUrl === undefined)
    throw new SlipwayError("version_not_found", { service: wish.service, version: wish.targetVersion });
  const histories = await reads.histories(instances.map((instance) => instance.instance));
  const elsewhere = (await reads.revisionOf(wish.service, wish.targetVersion)) ?? service.revision;
  const targets = instances.map((instance) => {
    const own = histories
      .get(instance.instance)
      ?.findLast((run) => run.version === wish.targetVersion && run.outcome !== "failed");
    return targetTo(instance, { version: wish.targetVersion, revision: own?.revision ?? elsewhere }, versions, null);
  });
  refusePastBarrier(targets, instances, versions, wish.pastBarrier === true);
  const strategy = await strategyOf(reads, "rollback", targets.length, wish.strategy, service);
  const cautions: Coded[] = known?.withdrawn ? [{ code: "version_withdrawn", params: { version: wish.targetVersion } }] : [];
  const replaces = (
    await reads.overlapping(
      wish.service,
      instances.map((instance) => instance.instance),
    )
  ).map((other) => other.id);
  return {
    kind: "rollback",
    service: wish.service,
    takesBack: null,
    version: wish.targetVersion,
    strategy,
    ...inWaves("rollback", strategy, instances, targets),
    leftAlone: [],
    cautions,
    replaces,
  };
}

interface TakeBackWish {
  readonly service: string;
  readonly takesBack?: string;
  readonly strategy?: StrategyChoice;
  readonly pastBarrier: boolean;
}

/** A rollback that already takes this rollout back, or the plan of one. */
export type TakeBackPlan =
  | { readonly kind: "existing"; readonly rollback: RolloutFacts }
  | { readonly kind: "plan"; readonly plan: PlanDraft; readonly taken: RolloutFacts };

export async function planTakeBack(reads: PlanReads, wish: TakeBackWish): Promise<TakeBackPlan> {
  const service = await knownService(reads, wish.service);
  const instances = await reads.instances(wish.service, null);
  const taken = await rolloutToTakeBack(reads, wish);
  if (!taken) throw nothingToTakeBack(wish.service, instances, null);
  const before = await reads.takenBackBy(taken.id);
  if (before && before.completedAt === null) return { kind: "existing", rollback: before };
  const histories = await reads.histories(instances.map((instance) => instance.instance));
  const onIt = instances.filter((instance) => runsBecauseOf(instance, histories.get(instance.instance) ?? [], taken.id));
  if (onIt.length === 0) {
    if (before?.status === "succeeded") return { kind: "existing", rollback: before };
    throw nothingToTakeBack(wish.service, instances, taken.id);
  }
  // Its end is not yet known on hosts that cannot be asked: there it is carried out as soon as they answer.
  if (before && onIt.every((instance) => before.owes.includes(instance.instance))) return { kind: "existing", rollback: before };
  const versions = await reads.versions(wish.service);
  const withdrawn = new Set(versions.filter((version) => version.withdrawn).map((version) => version.version));
  const targets: Omit<PlannedTarget, "wave">[] = [];
  const leftAlone: PlanDraft["leftAlone"][number][] = [];
  for (const instance of onIt) {
    const { heldBy, running } = instance;
    const inFlight = heldBy !== null && heldBy.rollout === taken.id && heldBy.underWay ? heldBy : null;
    const to = inFlight ? inFlight.from : takeBackDestination(histories.get(instance.instance) ?? [], withdrawn);
    if (to === null) {
      leftAlone.push({
        instanceId: instance.instance,
        code: "nothing_to_go_back_to",
        params: { version: running?.version ?? null },
      });
      continue;
    }
    const expect = inFlight ? [to, inFlight.to] : running ? [{ version: running.version, revision: running.revision }] : null;
    targets.push(targetTo(instance, to, versions, expect));
  }
  if (targets.length === 0) throw nothingToTakeBack(wish.service, instances, taken.id);
  refusePastBarrier(targets, instances, versions, wish.pastBarrier);
  const strategy = await strategyOf(reads, "rollback", targets.length, wish.strategy, service);
  const replaces = (
    await reads.overlapping(
      wish.service,
      targets.map((target) => target.instance),
    )
  ).map((other) => other.id);
  const plan: PlanDraft = {
    kind: "take_back",
    service: wish.service,
    takesBack: taken.id,
    version: onlyVersion(targets),
    strategy,
    ...inWaves("rollback", strategy, instances, targets),
    leftAlone,
    cautions: [],
    replaces,
  };
  return { kind: "plan", plan, taken };
}

/** The one named, else the newest deployment that changed something, and never an older one. */
async function rolloutToTakeBack(reads: PlanReads, wish: TakeBackWish): Promise<RolloutFacts | null> {
  if (wish.takesBack === undefined) return reads.newestChangedDeployment(wish.service);
  const named = await reads.rollout(wish.takesBack);
  if (named?.service !== wish.service) throw new SlipwayError("rollout_not_found", { id: wish.takesBack });
  return named;
}

/**
 * It runs what the rollout put there, restarted since or not, or the rollout has its change under way. What a put-back brought was
 * there before.
 */
function runsBecauseOf({ heldBy }: PlannedInstance, history: readonly PastRun[], rollout: string): boolean {
  const brought = broughtBy(history);
  return (
    (brought?.rollout === rollout && brought.openedBy !== "put_back") ||
    (heldBy?.rollout === rollout && heldBy.underWay && heldBy.direction === "forward")
  );
}

function nothingToTakeBack(service: string, instances: readonly PlannedInstance[], rollout: string | null): SlipwayError {
  const runs = [...new Set(instances.flatMap((instance) => (instance.running ? [instance.running.version] : [])))];
  return new SlipwayError("no_rollback_target", { service, runs, rollout });
}
