/** Plays one round of the schedule: each entry at its time, whatever the others are doing. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Entry, isFault } from "../plan/schedule.mjs";
import type { EventReader } from "../traffic/reader.mjs";
import type { TakeOvers } from "../traffic/take-overs.mjs";
import type { Traffic } from "../traffic/wishes.mjs";
import { breakSomething, type FaultHooks } from "../world/break.mjs";
import type { World } from "../world/world.mjs";

export interface Breaking {
  readonly world: World;
  readonly traffic: Traffic;
  readonly readers: readonly EventReader[];
  readonly takeOvers: TakeOvers;
  /** When the process of an instance was last killed, in milliseconds of the epoch. */
  readonly killed: Map<string, number>;
  readonly fullDisks: { readonly host: string; readonly from: number; readonly to: number }[];
  /** How often each fault was really done. */
  readonly done: Map<string, number>;
}

/** Resolves when the last entry has begun and every fault is over. `wishes` gets what is still being asked. */
export async function playRound(
  breaking: Breaking,
  entries: readonly Entry[],
  wishes: Set<Promise<void>>,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const faults: Promise<void>[] = [];
  const began = performance.now();
  try {
    for (const entry of entries) {
      await sleep(Math.max(entry.atMs - (performance.now() - began), 0), undefined, { signal });
      if (isFault(entry)) faults.push(doFault(breaking, entry, over.signal));
      else keep(wishes, doWish(breaking, entry));
    }
  } finally {
    over.abort();
    await Promise.all(faults);
  }
}

function keep(all: Set<Promise<void>>, one: Promise<void>): void {
  all.add(one);
  void one.finally(() => all.delete(one));
}

async function doWish({ traffic, world }: Breaking, entry: Exclude<Entry, { fault: string }>): Promise<void> {
  world.log.write("wish", { ...entry });
  await traffic.wish(entry);
}

async function doFault(breaking: Breaking, entry: Extract<Entry, { fault: string }>, signal: AbortSignal): Promise<void> {
  const { world, done, fullDisks } = breaking;
  const from = Date.now();
  world.log.write("fault", { ...entry });
  const broke = await breakSomething(world, entry, hooksOf(breaking), signal);
  world.log.write("fault over", { fault: entry.fault, broke });
  if (!broke) return;
  if (entry.fault === "disk_full") fullDisks.push({ host: entry.host, from, to: Date.now() });
  done.set(entry.fault, (done.get(entry.fault) ?? 0) + 1);
}

function hooksOf({ takeOvers, readers, killed }: Breaking): FaultHooks {
  return {
    beforeWorkerDies: (worker) => takeOvers.watch(worker),
    cutStreams: () => {
      for (const reader of readers) reader.cut();
      return readers.length;
    },
    processKilled: (instance) => killed.set(instance, Date.now()),
  };
}
