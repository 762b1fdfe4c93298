/** What a request becomes: a rollout and its targets, planned on what is recorded and seen when it is accepted. */
import { goalOf } from "../draft";
import { broughtBy, type Destination, type PastRun, takeBackDestination } from "../rollback-target";
import { FRESH_MEMORY, FRESH_PROGRESS, isSettled, type Release, type Rollout, type Target } from "../rollout-state";
import type { RolloutKind } from "../statuses";
import { resolveStrategy, type StrategyChoice } from "../strategy";
import { cutWaves } from "../waves";

export interface Wish {
  readonly id: string;
  readonly kind: RolloutKind;
  readonly to: Release | ReadonlyMap<string, Destination>;
  readonly instances: readonly string[];
  readonly strategy?: StrategyChoice;
  readonly takesBack?: string;
  readonly restart?: boolean;
}

/** What planning asks of the console. */
export interface Known {
  readonly now: number;
  readonly fleet: { machine(instance: string): { readonly host: string } };
  readonly history: { running(instance: string): Release | null };
  readonly observed: ReadonlyMap<string, { readonly healthy: boolean }>;
  holderOf(instance: string): { readonly targets: ReadonlyMap<string, Target> } | null;
}

export function newRollout(wish: Wish, known: Known): { readonly rollout: Rollout; readonly targets: readonly Target[] } {
  const { id, kind } = wish;
  const strategy = resolveStrategy(kind, wish.instances.length, wish.strategy ?? {}, {});
  const placed = wish.instances.map((instance) => ({
    instance,
    host: known.fleet.machine(instance).host,
    zone: null,
    answers: known.observed.get(instance)?.healthy ?? null,
  }));
  const waves = cutWaves(kind, strategy, placed);
  const targets = placed.flatMap(({ instance, host }) => {
    const to = "version" in wish.to ? wish.to : wish.to.get(instance);
    const wave = waves.findIndex((each) => each.includes(instance)) + 1;
    return to ? [newTarget(wish, known, instance, host, to, wave)] : [];
  });
  const versions = new Set(targets.map((target) => target.to.version));
  const rollout: Rollout = {
    id,
    kind,
    service: "shop",
    version: versions.size === 1 ? (targets[0]?.to.version ?? null) : null,
    status: "scheduled",
    statusReason: null,
    strategy,
    requestedBy: "ann",
    createdAt: known.now,
    startedAt: null,
    completedAt: null,
    scheduledUntil: known.now + strategy.graceSeconds * 1000,
    restart: wish.restart ?? false,
    takesBack: wish.takesBack ?? null,
    heldBy: null,
    supersededBy: null,
    hold: false,
    changed: false,
    progress: FRESH_PROGRESS,
  };
  return { rollout, targets };
}

function newTarget(wish: Wish, known: Known, instance: string, host: string, to: Release, wave: number): Target {
  const from = known.history.running(instance);
  const underWay = known.holderOf(instance)?.targets.get(instance);
  const expected = [...(from ? [from] : []), ...(underWay && !isSettled(underWay.status) ? [goalOf(underWay)] : [])];
  return {
    instance,
    host,
    wave,
    from,
    to: { version: to.version, revision: to.revision },
    status: "waiting",
    attempt: 1,
    generation: 0,
    direction: "forward",
    holding: false,
    changed: false,
    answeredBefore: null,
    confirmedDown: false,
    versionNow: from?.version ?? null,
    failure: null,
    memory: { ...FRESH_MEMORY, expect: wish.takesBack === undefined ? null : expected },
    startedAt: null,
    endedAt: null,
  };
}

/** Where an instance goes when this rollout is taken back; null = it does not run what the rollout put there. */
export function wayBack(
  id: string,
  target: Target,
  history: readonly PastRun[],
  withdrawn: ReadonlySet<string>,
): Destination | null {
  const underWay = target.holding && target.direction === "forward" && target.memory.began && !isSettled(target.status);
  if (underWay) return target.from;
  const brought = broughtBy(history);
  return brought?.rollout === id && brought.openedBy !== "put_back" ? takeBackDestination(history, withdrawn) : null;
}
