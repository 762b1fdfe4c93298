/** One run: everything is started, broken in rounds, brought to rest and checked after each, and ended. */
import { setMaxListeners } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Deeds, Evidence } from "../checker/evidence.mjs";
import type { Violation } from "../checker/violation.mjs";
import { SERVICES } from "../plan/fleet.mjs";
import { createRandom } from "../plan/random.mjs";
import { type Pace, scheduleRound } from "../plan/schedule.mjs";
import { Client } from "../traffic/client.mjs";
import { introduceFleet } from "../traffic/fleet.mjs";
import { EventReader } from "../traffic/reader.mjs";
import { type TakeOver, TakeOvers } from "../traffic/take-overs.mjs";
import { Traffic } from "../traffic/wishes.mjs";
import type { World } from "../world/world.mjs";
import { judge } from "./gather.mjs";
import { tellLies } from "./lies.mjs";
import { type Breaking, playRound } from "./round.mjs";
import { settle } from "./settle.mjs";

const PACE: Pace = { faultEveryMs: 750, wishEveryMs: 1_200 };
const SHORTEST_ROUND_MS = 20_000;
const LONGEST_ROUND_MS = 90_000;
const READERS = 4;
const CATCH_UP_MS = 20_000;

export interface Outcome {
  readonly rounds: number;
  readonly faults: ReadonlyMap<string, number>;
  readonly rollouts: number;
  readonly requests: number;
  readonly events: number;
  readonly reconnections: number;
  readonly takeOvers: readonly TakeOver[];
  readonly violations: readonly Violation[];
  /** Lies planted for the checker; 0 when a violation ended the run before. */
  readonly lies: number;
  readonly missedLies: readonly string[];
}

/** `minutes`: about as long as it breaks and settles; no round is begun that cannot be broken within them. The first violation ends the run. */
export async function runChaos(world: World, seed: number, minutes: number, signal: AbortSignal): Promise<Outcome> {
  // Every request and every pause under way listens to it.
  setMaxListeners(0, signal);
  const urls = world.webs.map(({ url }) => url);
  const client = new Client(urls, world.log, signal);
  await introduceFleet(world, client);
  const breaking: Breaking = {
    world,
    traffic: new Traffic(world, client),
    readers: openReaders(world, urls, seed),
    takeOvers: new TakeOvers(world, signal),
    killed: new Map(),
    fullDisks: [],
    done: new Map(),
  };
  const deeds = (): Deeds => ({
    asked: breaking.traffic.asked,
    readings: breaking.readers.map((reader) => reader.reading),
    killed: breaking.killed,
    fullDisks: breaking.fullDisks,
  });
  const until = performance.now() + minutes * 60_000;
  const lengthMs = Math.min(Math.max(minutes * 30_000, SHORTEST_ROUND_MS), LONGEST_ROUND_MS);
  let before: Evidence["before"] = null;
  let rounds = 0;
  const wishes = new Set<Promise<void>>();
  try {
    for (;;) {
      rounds += 1;
      await playRound(breaking, scheduleRound(seed, rounds, lengthMs, PACE), wishes, signal);
      world.log.write("settling", { round: rounds });
      await settle(world, client, signal);
      await Promise.all(wishes);
      await settle(world, client, signal);
      await breaking.takeOvers.settled();
      await readersCatchUp(world, breaking.readers);
      const { evidence, violations } = await judge(world, deeds, before, signal);
      world.log.write("checked", { round: rounds, violations });
      if (violations.length > 0) keepFacts(world, evidence);
      before = { activations: evidence.activations, events: evidence.events };
      const outcome = outcomeOf(breaking, evidence, rounds, violations);
      if (violations.length > 0) return { ...outcome, lies: 0, missedLies: [] };
      if (performance.now() + lengthMs < until) continue;
      const { told, missed } = await tellLies(world, deeds, evidence);
      return { ...outcome, lies: told, missedLies: missed };
    }
  } finally {
    await Promise.allSettled([...wishes, breaking.takeOvers.settled()]);
    await Promise.all(breaking.readers.map((reader) => reader.stop()));
  }
}

/** For whoever looks for the cause: all that the checker saw, and the events among the requests and faults. */
function keepFacts(world: World, evidence: Evidence): void {
  writeFileSync(path.join(world.folder, "evidence.json"), JSON.stringify(evidence, null, 1));
  world.log.merge("event", evidence.events);
}

function openReaders(world: World, urls: readonly string[], seed: number): readonly EventReader[] {
  return Array.from({ length: READERS }, (_, at) => {
    const service = at < 2 ? null : (SERVICES[at - 2] ?? null);
    const name = `reader-${at + 1}${service === null ? "" : ` of ${service}`}`;
    const reader = new EventReader({ name, urls, service, random: createRandom(seed * 31 + at), log: world.log });
    reader.start();
    return reader;
  });
}

/** Until every reader has the newest event, or for a while. The checker says who has not. */
async function readersCatchUp(world: World, readers: readonly EventReader[]): Promise<void> {
  for (const deadline = performance.now() + CATCH_UP_MS; performance.now() < deadline; await sleep(200)) {
    const rows = await world.database.look<{ top: number }>("SELECT max(pos)::int AS top FROM events", []);
    const top = rows?.[0]?.top;
    if (readers.every(({ reading }) => reading.service !== null || reading.positions.at(-1) === top)) return;
  }
}

function outcomeOf(
  { done, takeOvers, traffic, readers }: Breaking,
  { rollouts, events }: Evidence,
  rounds: number,
  violations: readonly Violation[],
): Omit<Outcome, "lies" | "missedLies"> {
  return {
    rounds,
    faults: done,
    rollouts: rollouts.length,
    requests: traffic.asked.length,
    events: events.length,
    reconnections: readers.reduce((sum, reader) => sum + reader.reading.connections, 0),
    takeOvers: takeOvers.measured,
    violations,
  };
}
