/** Gathers what the checker needs, and asks it until nothing is wrong any more or its patience is over. */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { check } from "../checker/check.mjs";
import { type Deeds, type Evidence, type Recorded, readRecorded } from "../checker/evidence.mjs";
import { type Place, readHostInstance, runningUnder } from "../checker/host-instance.mjs";
import type { Violation } from "../checker/violation.mjs";
import { HOSTS } from "../plan/fleet.mjs";
import type { World } from "../world/world.mjs";

/** An instance that is marked wrong has an inspection's interval to be marked right, and what is owed is asked for each minute. */
const PATIENCE_MS = 100_000;
const LOOK_EVERY_MS = 2_000;
/** What the console still mends by itself, once it looks. Anything else never gets right again. */
const PASSING: readonly Violation["rule"][] = ["unended", "record", "nothing_runs", "history_and_journal", "stream"];

export interface Judged {
  readonly evidence: Evidence;
  readonly violations: readonly Violation[];
}

/** As of one moment of the database; what `plant` changes is judged too, and forgotten again. */
export async function gather(
  world: World,
  deeds: () => Deeds,
  before: Evidence["before"],
  plant: (client: pg.Client) => Promise<void> = async () => undefined,
): Promise<Evidence> {
  const client = await world.database.connect();
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
    await plant(client);
    const recorded: Recorded = await readRecorded(client);
    const places = await placesOf(world, client);
    const running = runningUnder(world.hosts.folder);
    const hosts = await Promise.all(places.map((place) => readHostInstance(place, running)));
    return { ...recorded, ...deeds(), hosts, before };
  } finally {
    await client.query("ROLLBACK");
    await client.end();
  }
}

async function placesOf(world: World, client: pg.Client): Promise<readonly Place[]> {
  const { rows } = await client.query<{ id: string; host: string; port: number }>(
    "SELECT id, host, port FROM instances ORDER BY id",
  );
  return rows.flatMap(({ id, host, port }) => {
    const known = HOSTS.find((name) => name === host);
    return known === undefined ? [] : [{ instance: id, host, port, root: world.hosts.root(known) }];
  });
}

export async function judge(world: World, deeds: () => Deeds, before: Evidence["before"], signal: AbortSignal): Promise<Judged> {
  for (const deadline = performance.now() + PATIENCE_MS; ; ) {
    const evidence = await gather(world, deeds, before);
    const violations = check(evidence);
    const isPassing = violations.length > 0 && violations.every(({ rule }) => PASSING.includes(rule));
    if (!isPassing || performance.now() > deadline) return { evidence, violations };
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}
