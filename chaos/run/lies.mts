/** The checker's own test: lies are planted in what it sees, one after the other, and each must be found. */
import type pg from "pg";
import { check } from "../checker/check.mjs";
import type { Deeds, Evidence } from "../checker/evidence.mjs";
import type { Violation } from "../checker/violation.mjs";
import { INSTANCES } from "../plan/fleet.mjs";
import { killIfThere } from "../world/leftovers.mjs";
import type { World } from "../world/world.mjs";
import { gather } from "./gather.mjs";

interface Lie {
  readonly name: string;
  readonly found: Violation["rule"];
  /** Changes the database, in a transaction that is rolled back. */
  readonly plant?: (client: pg.Client) => Promise<void>;
  /** Changes what was gathered. */
  readonly tell?: (evidence: Evidence) => Evidence;
}

/** The rules that a database holds by itself are off for the lie. */
const unguarded =
  (...statements: readonly string[]) =>
  async (client: pg.Client) => {
    await client.query("SET LOCAL session_replication_role = replica");
    for (const statement of statements) {
      const { rowCount } = await client.query(statement);
      if (rowCount === 0) throw new Error(`the lie changes nothing: ${statement}`);
    }
  };

const ONE_ENDED = "(SELECT id FROM rollouts WHERE status = 'succeeded' ORDER BY id LIMIT 1)";
const ONE_RUNS = "(SELECT id FROM instance_states WHERE status = 'active' ORDER BY id LIMIT 1)";

const LIES: readonly Lie[] = [
  {
    name: "a record of another version",
    found: "record",
    plant: unguarded(`UPDATE activations SET version = '9.9.9' WHERE ended_at IS NULL AND instance_id = ${ONE_RUNS}`),
  },
  {
    name: "a record of other settings",
    found: "history_and_journal",
    plant: unguarded(
      `UPDATE activations SET revision = revision + 1 WHERE ended_at IS NULL AND rollout_id IS NOT NULL AND instance_id IN (SELECT id FROM instance_states WHERE status = 'active')`,
    ),
  },
  {
    name: "a rollout's status",
    found: "replay",
    plant: unguarded(`UPDATE rollouts SET status = 'failed' WHERE id = ${ONE_ENDED}`),
  },
  {
    name: "a target's status",
    found: "replay",
    plant: unguarded(`UPDATE rollout_targets SET status = 'failed' WHERE status = 'succeeded' AND rollout_id = ${ONE_ENDED}`),
  },
  {
    name: "a dropped event",
    found: "replay",
    plant: unguarded(`DELETE FROM events WHERE rollout_id = ${ONE_ENDED} AND seq = 2`),
  },
  {
    name: "a rewritten event",
    found: "history_changed",
    plant: unguarded(`UPDATE events SET params = '{"lie": true}' WHERE rollout_id = ${ONE_ENDED} AND seq = 2`),
  },
  {
    name: "a dropped run",
    found: "history_changed",
    plant: unguarded("DELETE FROM activations WHERE id = (SELECT min(id) FROM activations WHERE ended_at IS NOT NULL)"),
  },
  {
    name: "a rollout without an end",
    found: "unended",
    plant: unguarded(`UPDATE rollouts SET status = 'running', completed_at = NULL WHERE id = ${ONE_ENDED}`),
  },
  {
    name: "a rollout that was accepted and is gone",
    found: "lost",
    tell: (evidence) => ({
      ...evidence,
      asked: [
        ...evidence.asked,
        { kind: "deploy", id: "gone", answers: [{ status: 202, code: null, id: "gone", body: null }], clashing: [] },
      ],
    }),
  },
  {
    name: "a way back that was refused",
    found: "answered_wrongly",
    tell: (evidence) => ({
      ...evidence,
      asked: [
        ...evidence.asked,
        { kind: "rollback", id: "no", answers: [{ status: 409, code: "held", id: null, body: null }], clashing: [] },
      ],
    }),
  },
  { name: "an event that a reader missed", found: "stream", tell: (evidence) => readAs(evidence, (read) => read.slice(0, -1)) },
  {
    name: "an event that a reader saw twice",
    found: "stream",
    tell: (evidence) => readAs(evidence, (read) => [...read, read.at(-1) ?? 0]),
  },
];

/** Sentences about lies that were not found, none when the checker is sound. The last one really stops a process. */
export async function tellLies(
  world: World,
  deeds: () => Deeds,
  truth: Evidence,
): Promise<{ readonly told: number; readonly missed: readonly string[] }> {
  const before = { activations: truth.activations, events: truth.events };
  const missed: string[] = [];
  const judge = (lie: string, rule: Violation["rule"], evidence: Evidence) => {
    const found = check(evidence).some((violation) => violation.rule === rule);
    world.log.write("lie", { lie, found });
    if (!found) missed.push(`the checker does not see ${lie}`);
  };
  for (const { name, found, plant, tell } of LIES) {
    const evidence = await gather(world, deeds, before, plant);
    judge(name, found, tell === undefined ? evidence : tell(evidence));
  }
  judge("a process that stopped", "nothing_runs", await withoutOneProcess(world, deeds, truth));
  return { told: LIES.length + 1, missed };
}

async function withoutOneProcess(world: World, deeds: () => Deeds, truth: Evidence): Promise<Evidence> {
  const serving = truth.hosts.find(
    ({ processes, serves, active, instance }) =>
      processes.length === 1 &&
      serves !== null &&
      !active?.version.includes("falls") &&
      INSTANCES.some(({ id }) => id === instance),
  );
  const [pid] = serving?.processes ?? [];
  if (pid === undefined) throw new Error("nothing runs that could be stopped");
  killIfThere(pid);
  const evidence = await gather(world, () => ({ ...deeds(), killed: new Map() }), null);
  return { ...evidence, fullDisks: [] };
}

function readAs(evidence: Evidence, change: (positions: readonly number[]) => readonly number[]): Evidence {
  const [first, ...others] = evidence.readings;
  return first === undefined
    ? evidence
    : { ...evidence, readings: [{ ...first, positions: change(first.positions) }, ...others] };
}
