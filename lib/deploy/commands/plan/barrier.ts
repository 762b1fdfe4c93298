import { SlipwayError } from "../../domain/errors";
import type { CatalogueVersion, PlannedInstance } from "../../ports/rollouts";
import type { PlannedTarget } from "./plan";

/**
 * No way back past a version with a barrier without saying so: every such version that came after the target, up to the one that runs, or
 * that a change under way is bringing. Throws `barrier`.
 */
export function refusePastBarrier(
  targets: readonly Pick<PlannedTarget, "instance" | "to">[],
  instances: readonly PlannedInstance[],
  versions: readonly CatalogueVersion[],
  allowed: boolean,
): void {
  if (allowed) return;
  const seen = new Map(versions.map((version) => [version.version, version.firstSeenAt.getTime()]));
  const byId = new Map(instances.map((instance) => [instance.instance, instance]));
  for (const target of targets) {
    const to = seen.get(target.to.version);
    const newest = Math.max(...leaves(byId.get(target.instance)).map((version) => seen.get(version) ?? Number.NEGATIVE_INFINITY));
    if (to === undefined) continue;
    const between = versions.find(
      (version) => version.barrier !== null && version.firstSeenAt.getTime() > to && version.firstSeenAt.getTime() <= newest,
    );
    if (between?.barrier)
      throw new SlipwayError("barrier", { version: between.version, reason: between.barrier.reason, instance: target.instance });
  }
}

/** What it runs, and what a change under way may have brought by now. */
function leaves(instance: PlannedInstance | undefined): readonly string[] {
  const { running, heldBy } = instance ?? { running: null, heldBy: null };
  const coming = heldBy?.underWay === true ? (heldBy.direction === "back" ? heldBy.from : heldBy.to) : null;
  return [running, coming].flatMap((release) => (release === null ? [] : [release.version]));
}
