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
  const serving = inSpreadOrder(
    targets.filter((target) => target.answers !== false),
    strategy.spread,
  );
  if (kind === "rollback") {
    const waves = cut(serving, strategy, serving.length);
    return (down.length > 0 ? [down, ...waves] : waves).map((wave) => wave.map((target) => target.instance));
  }
  // Those that do not answer are dealt among the waves: a wave of nothing else would be judged by them alone.
  const first = Math.min(strategy.canary === 0 ? 0 : waveSizeOf(strategy.canary, targets.length), serving.length);
  const rest = dealt([serving.slice(first), inSpreadOrder(down, strategy.spread)]);
  return cut([...serving.slice(0, first), ...rest], strategy, targets.length).map((wave) =>
    wave.map((target) => target.instance),
  );
}

/** `of`: what the shares are shares of. */
function cut(order: readonly Placed[], strategy: Strategy, of: number): readonly (readonly Placed[])[] {
  const canary = strategy.canary === 0 ? [] : order.slice(0, waveSizeOf(strategy.canary, of));
  const size = waveSizeOf(strategy.waveSize, of);
  const waves: Placed[][] = [];
  for (let from = canary.length; from < order.length; from += size) waves.push(order.slice(from, from + size));
  if (strategy.spread) keepPlaces(waves, order);
  return canary.length > 0 ? [canary, ...waves] : waves;
}

/** Where a wave takes all that serve on a host or in a zone, one of them changes places with an instance of another wave, if that helps. */
function keepPlaces(waves: readonly Placed[][], all: readonly Placed[]): void {
  const whole = placesOf(all);
  const emptied = (wave: readonly Placed[]) =>
    [...placesOf(wave)].filter(([place, count]) => count > 1 && count === whole.get(place)).map(([place]) => place);
  for (const wave of waves) {
    for (const place of emptied(wave)) {
      const at = wave.findIndex((target) => namesOf(target).includes(place));
      const leaves = wave[at];
      if (leaves) exchange(wave, at, leaves, waves, (one, other) => emptied(one).length + emptied(other).length);
    }
  }
}

function exchange(
  wave: Placed[],
  at: number,
  leaves: Placed,
  waves: readonly Placed[][],
  emptied: (one: readonly Placed[], other: readonly Placed[]) => number,
): void {
  for (const other of waves) {
    if (other === wave) continue;
    const before = emptied(wave, other);
    for (const [there, comes] of other.entries()) {
      if (comes.answers === false) continue;
      wave[at] = comes;
      other[there] = leaves;
      if (emptied(wave, other) < before) return;
      wave[at] = leaves;
      other[there] = comes;
    }
  }
}

function namesOf(target: Placed): readonly string[] {
  return target.zone === null ? [`host ${target.host}`] : [`host ${target.host}`, `zone ${target.zone}`];
}

/** How many serve in each host and zone. */
function placesOf(targets: readonly Placed[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const target of targets) {
    if (target.answers === false) continue;
    for (const name of namesOf(target)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
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
    .flatMap((list) => list.map((item, at) => ({ item, share: (at + 0.5) / list.length })))
    .sort((a, b) => a.share - b.share)
    .map(({ item }) => item);
}
