/** Cuts a rollout's instances into waves. */
import type { RolloutKind } from "./statuses";
import { type Strategy, waveSizeOf } from "./strategy";

export interface Placed {
  readonly instance: string;
  readonly host: string;
  readonly zone: string | null;
  /** Answers now; null = not known. */
  readonly answers: boolean | null;
}

/**
 * The waves in order, each a list of instances; every instance is in exactly one. The same input gives the same waves.
 *
 * A deployment's canary is chosen among those that answer, if any do. A rollback begins with those that do not answer, as a wave of
 * their own (nothing is lost by changing them at once), and its canary is a share of those that serve. With `spread`, each wave takes
 * its instances from the hosts and zones that have most left, so that none is emptied where there is a choice.
 */
export function cutWaves(kind: RolloutKind, strategy: Strategy, targets: readonly Placed[]): readonly (readonly string[])[] {
  const down = targets.filter((target) => target.answers === false);
  const serving = targets.filter((target) => target.answers !== false);
  const waves: string[][] = [];
  if (kind === "rollback") {
    if (down.length > 0) waves.push(down.map((target) => target.instance));
    cut(inSpreadOrder(serving, strategy.spread), strategy, serving.length, waves);
    return waves;
  }
  // Those that do not answer are dealt among the waves: a wave of nothing else would be judged by them alone.
  const order = inSpreadOrder(serving, strategy.spread);
  const first = Math.min(strategy.canary === 0 ? 0 : waveSizeOf(strategy.canary, targets.length), order.length);
  const rest = dealt([order.slice(first), inSpreadOrder(down, strategy.spread)]);
  cut([...order.slice(0, first), ...rest], strategy, targets.length, waves);
  return waves;
}

/** `of`: what the shares are shares of. */
function cut(order: readonly Placed[], strategy: Strategy, of: number, waves: string[][]): void {
  let from = 0;
  if (strategy.canary !== 0 && order.length > 0) {
    from = waveSizeOf(strategy.canary, of);
    waves.push(order.slice(0, from).map((target) => target.instance));
  }
  const size = waveSizeOf(strategy.waveSize, of);
  for (; from < order.length; from += size) waves.push(order.slice(from, from + size).map((target) => target.instance));
}

/** One after another from the zone, and in it from the host, of which the smallest part has been taken. */
function inSpreadOrder(targets: readonly Placed[], spread: boolean): readonly Placed[] {
  if (!spread) return targets;
  const places = new Map<string, Map<string, Placed[]>>();
  for (const target of targets) {
    const zone = places.get(target.zone ?? "") ?? new Map<string, Placed[]>();
    places.set(target.zone ?? "", zone);
    const host = zone.get(target.host);
    if (host) host.push(target);
    else zone.set(target.host, [target]);
  }
  const zones = [...places.values()].map((hosts) => dealt([...hosts.values()]));
  return dealt(zones);
}

/** Merges lists so that at every point about the same part of each has been taken. */
function dealt<T>(lists: readonly (readonly T[])[]): readonly T[] {
  return lists
    .flatMap((list, which) => list.map((item, at) => ({ item, which, share: (at + 0.5) / list.length })))
    .sort((a, b) => a.share - b.share || a.which - b.which)
    .map(({ item }) => item);
}
