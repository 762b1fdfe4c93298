/** What the checker judges by: rows by plain SQL, and what lies and runs on the hosts, read by itself. */
import type pg from "pg";
import type { Reading } from "../traffic/reader.mjs";
import type { Asked } from "../traffic/wishes.mjs";
import type { HostInstance } from "./host-instance.mjs";

export interface RolloutRow {
  readonly id: string;
  readonly kind: string;
  readonly service: string;
  readonly status: string;
  readonly created_at: Date;
  readonly completed_at: Date | null;
  readonly last_seq: number;
  readonly lease_owner: string | null;
  readonly waiting_for: { readonly code: string } | null;
  readonly result: { readonly instances: readonly string[]; readonly status: string } | null;
}

export interface TargetRow {
  readonly rollout_id: string;
  readonly instance_id: string;
  readonly status: string;
  readonly holding: boolean;
  readonly from_version: string | null;
}

export interface ActivationRow {
  readonly id: number;
  readonly instance_id: string;
  readonly version: string;
  readonly revision: number;
  readonly opened_by: string;
  readonly rollout_id: string | null;
  readonly attempt: number | null;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly outcome: string | null;
  /** It has a failure: the change itself did not succeed. */
  readonly failed: boolean;
}

export interface EventRow {
  readonly id: number;
  readonly pos: number | null;
  readonly rollout_id: string | null;
  readonly seq: number | null;
  readonly service: string | null;
  readonly instance_id: string | null;
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

/** What the console says of an instance. */
export interface StateRow {
  readonly id: string;
  readonly version: string | null;
  readonly revision: number | null;
  readonly status: string;
  readonly condition: string | null;
}

export interface Recorded {
  readonly rollouts: readonly RolloutRow[];
  readonly targets: readonly TargetRow[];
  readonly activations: readonly ActivationRow[];
  readonly events: readonly EventRow[];
  readonly states: readonly StateRow[];
  /** Instances to which something is still owed, and what. */
  readonly owed: readonly {
    readonly instance_id: string;
    readonly duty: string;
    readonly rollout_id: string;
    readonly asks: number;
  }[];
  readonly undoneSteps: readonly { readonly rollout_id: string; readonly instance_id: string; readonly kind: string }[];
}

/** What the breaker itself did, as far as it explains what is found. */
export interface Deeds {
  readonly asked: readonly Asked[];
  readonly readings: readonly Reading[];
  /** When the process of an instance was last killed by the breaker, in milliseconds of the epoch. */
  readonly killed: ReadonlyMap<string, number>;
  /** When disks of hosts were full, in milliseconds of the epoch. */
  readonly fullDisks: readonly { readonly host: string; readonly from: number; readonly to: number }[];
}

export interface Evidence extends Recorded, Deeds {
  readonly hosts: readonly HostInstance[];
  /** What was recorded at the checks before: history must still be the same. */
  readonly before: Pick<Recorded, "activations" | "events"> | null;
}

const QUERIES = {
  rollouts: `SELECT id, kind::text, service, status::text, created_at, completed_at, last_seq, lease_owner, waiting_for, result FROM rollouts ORDER BY id`,
  targets: `SELECT rollout_id, instance_id, status::text, holding, from_version FROM rollout_targets ORDER BY rollout_id, position`,
  activations: `SELECT id::int, instance_id, version, revision, opened_by::text, rollout_id, attempt, started_at, ended_at, outcome::text, failure IS NOT NULL AS failed FROM activations ORDER BY id`,
  events: `SELECT id::int, pos::int, rollout_id, seq, service, instance_id, code, params, at FROM events ORDER BY id`,
  states: `SELECT id, version, revision, status, condition FROM instance_states ORDER BY id`,
  owed: `SELECT instance_id, duty, rollout_id, asks FROM owed WHERE settled_at IS NULL ORDER BY id`,
  undoneSteps: `SELECT rollout_id, instance_id, kind::text FROM steps WHERE state <> 'done' ORDER BY id`,
} as const;

/** One picture of the database, as of one moment when the client is in a transaction that gives that. */
export async function readRecorded(client: pg.Client): Promise<Recorded> {
  return {
    rollouts: (await client.query<RolloutRow>(QUERIES.rollouts)).rows,
    targets: (await client.query<TargetRow>(QUERIES.targets)).rows,
    activations: (await client.query<ActivationRow>(QUERIES.activations)).rows,
    events: (await client.query<EventRow>(QUERIES.events)).rows,
    states: (await client.query<StateRow>(QUERIES.states)).rows,
    owed: (await client.query<Recorded["owed"][number]>(QUERIES.owed)).rows,
    undoneSteps: (await client.query<Recorded["undoneSteps"][number]>(QUERIES.undoneSteps)).rows,
  };
}
