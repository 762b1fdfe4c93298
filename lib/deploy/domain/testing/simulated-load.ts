/** What `min_healthy` is counted on: who answers, who is down, who is being changed. */
import { countsAsDown, type ServiceLoad } from "../budget";
import { isChanging, type Target } from "../rollout-state";
import type { Machine } from "./simulated-fleet";
import type { Live } from "./simulated-rollout";

export interface Observation {
  readonly healthy: boolean;
  readonly since: number;
}

/** The part of the console that is counted. */
export interface Counted {
  readonly fleet: { readonly machines: ReadonlyMap<string, Machine> };
  readonly rollouts: ReadonlyMap<string, Live>;
  readonly unended: readonly Live[];
  readonly observed: ReadonlyMap<string, Observation>;
  readonly restarted: ReadonlyMap<string, number>;
  holderOf(instance: string): Live | null;
}

/** Who answers when a rollout begins: its baseline, and what its targets were before. */
export function lookWhoAnswers(console: Counted, live: Live, underWay: ReadonlySet<string>): void {
  const changing = (instance: string) => isChangingNow(console.holderOf(instance)?.targets.get(instance));
  const answers = (instance: string) => console.observed.get(instance)?.healthy ?? null;
  live.baseline = new Set(
    [...console.fleet.machines.keys()].filter(
      (instance) => answers(instance) === true || changing(instance) || underWay.has(instance),
    ),
  );
  live.targets = new Map(
    [...live.targets].map(([instance, target]) => [instance, { ...target, answeredBefore: answers(instance) }]),
  );
}

function isChangingNow(target: Target | undefined): boolean {
  return target !== undefined && isChanging(target.status);
}

/** Instances of a live rollout's B that are switching, verifying, unknown, or not answering. */
export function downInstances(console: Counted): ReadonlySet<string> {
  const counted = new Set(console.unended.flatMap((live) => [...live.baseline]));
  return new Set(
    [...counted].filter((instance) => {
      const target = console.holderOf(instance)?.targets.get(instance);
      return (target !== undefined && countsAsDown(target)) || console.observed.get(instance)?.healthy === false;
    }),
  );
}

export function loadOf(console: Counted, live: Live): ServiceLoad {
  const changing = console.unended
    .flatMap((each) => [...each.targets.values()])
    .filter((target) => target.holding && isChanging(target.status));
  return { baseline: live.baseline.size, down: [...downInstances(console)], changing: changing.length };
}

/** Verified instances that were seen to be down since, or started again by their hosts. */
export function fallenOf(console: Counted, live: Live): ReadonlyMap<string, number> {
  const fallen = new Map<string, number>();
  for (const { instance, holding, status, changed } of live.targets.values()) {
    const seen = console.observed.get(instance);
    if (!holding || status !== "succeeded" || !changed) continue;
    const restartedAt = console.restarted.get(instance);
    if (seen?.healthy === false) fallen.set(instance, seen.since);
    else if (restartedAt !== undefined) fallen.set(instance, restartedAt);
  }
  return fallen;
}
