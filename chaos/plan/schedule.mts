/** When what happens: the whole of it is fixed by the seed, before anything is started. */
import { type Fault, randomFault } from "./faults.mjs";
import { createRandom } from "./random.mjs";
import { randomWish, type Wish } from "./requests.mjs";

export type Entry = { readonly atMs: number } & (Fault | Wish);

export interface Pace {
  /** Middle of the pauses between two of a kind, in milliseconds. */
  readonly faultEveryMs: number;
  readonly wishEveryMs: number;
}

/** Entries of one round in the order of their times. Rounds of one seed differ; the same round of the same seed never does. */
export function scheduleRound(seed: number, round: number, lengthMs: number, pace: Pace): readonly Entry[] {
  const faults = createRandom(seed * 1_000_003 + round * 2);
  const wishes = createRandom(seed * 1_000_003 + round * 2 + 1);
  const entries: Entry[] = [];
  for (let at = pause(faults.next(), pace.faultEveryMs); at < lengthMs; at += pause(faults.next(), pace.faultEveryMs))
    entries.push({ atMs: Math.round(at), ...randomFault(faults) });
  let number = 0;
  for (let at = pause(wishes.next(), pace.wishEveryMs); at < lengthMs; at += pause(wishes.next(), pace.wishEveryMs)) {
    number += 1;
    entries.push({ atMs: Math.round(at), ...randomWish(wishes, `chaos-${seed}-${round}-${number}`) });
  }
  return entries.sort((a, b) => a.atMs - b.atMs);
}

/** From a fifth to nine fifths of the middle. */
function pause(random: number, middleMs: number): number {
  return middleMs * (0.2 + 1.6 * random);
}

export function isFault(entry: Entry): entry is Entry & Fault {
  return "fault" in entry;
}
