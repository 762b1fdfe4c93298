import type { Release } from "../../domain/rollout-state";
import type { Strategy } from "../../domain/strategy";
import type { PlanReads, RolloutFacts } from "../../ports/rollouts";
import { refusePastBarrier } from "./barrier";
import { inWaves, knownInstances, knownService, onlyVersion, type PlanDraft, strategyOf, targetTo } from "./plan";

interface AgainWish {
  readonly rollback: RolloutFacts;
  /** Where each instance was to go back to. */
  readonly goals: ReadonlyMap<string, Release>;
  readonly strategy: Strategy;
  readonly pastBarrier: boolean;
}

/** What a rollback left undone, tried again: each instance to the very version and settings that it was to go back to. */
export async function planRollbackAgain(
  reads: PlanReads,
  { rollback, goals, strategy: wished, pastBarrier }: AgainWish,
): Promise<PlanDraft> {
  const service = await knownService(reads, rollback.service);
  const instances = await knownInstances(reads, rollback.service, [...goals.keys()]);
  const versions = await reads.versions(rollback.service);
  const targets = instances.flatMap((instance) => {
    const goal = goals.get(instance.instance);
    return goal ? [targetTo(instance, goal, versions, null)] : [];
  });
  refusePastBarrier(targets, instances, versions, pastBarrier);
  const strategy = await strategyOf(reads, "rollback", targets.length, wished, service);
  const overlapping = await reads.overlapping(rollback.service, [...goals.keys()]);
  return {
    kind: rollback.takesBack === null ? "rollback" : "take_back",
    service: rollback.service,
    takesBack: rollback.takesBack,
    version: onlyVersion(targets),
    strategy,
    ...inWaves("rollback", strategy, instances, targets),
    leftAlone: [],
    cautions: [],
    replaces: overlapping.map((other) => other.id),
  };
}
