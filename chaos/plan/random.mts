/** Random numbers that are the same for the same seed on every machine. */
export interface Random {
  /** From 0 inclusive to 1 exclusive. */
  next(): number;
  /** From `low` to `high`, both whole, both inclusive. */
  whole(low: number, high: number): number;
  /** @throws Error when there is nothing to pick from. */
  pick<T>(from: readonly T[]): T;
  /** Each with the chance that its weight says. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T;
}

/** Mulberry32: 32 bits of state, good enough to shake things. `seed` is taken modulo 2^32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    whole: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (from) => pickAt(from, next()),
    weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
      const names = namesOf(weights);
      let left = next() * names.reduce((sum, name) => sum + weights[name], 0);
      for (const name of names) {
        left -= weights[name];
        if (left < 0) return name;
      }
      return pickAt(names, 0);
    },
  };
}

/** The item at a share of the list, `at` from 0 to 1: a choice made before the list is known. */
export function pickAt<T>(from: readonly T[], at: number): T {
  const item = from[Math.min(Math.floor(at * from.length), from.length - 1)];
  if (item === undefined) throw new Error("there is nothing to pick from");
  return item;
}

function namesOf<T extends string>(of: Readonly<Record<T, number>>): T[] {
  const names: T[] = [];
  for (const name in of) names.push(name);
  return names;
}
