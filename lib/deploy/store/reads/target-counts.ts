import type { TargetStatus } from "../../domain/statuses";
import type { WaveCounts } from "../../ports/reads";
import type { Database } from "../database";
import { grouped } from "./grouped";

/** The targets of one rollout, counted. */
export interface TargetCounts {
  readonly waves: readonly WaveCounts[];
  /** Most instances first. */
  readonly fromVersions: readonly string[];
  readonly toVersions: readonly string[];
  readonly total: number;
}

interface Row {
  readonly rolloutId: string;
  readonly wave: number;
  readonly status: TargetStatus;
  readonly fromVersion: string | null;
  readonly toVersion: string;
  readonly n: number;
  readonly down: number;
}

const NONE: TargetCounts = { waves: [], fromVersions: [], toVersions: [], total: 0 };

/** One statement for any number of rollouts. */
export async function targetCounts(db: Database, rolloutIds: readonly string[]): Promise<(rolloutId: string) => TargetCounts> {
  if (rolloutIds.length === 0) return () => NONE;
  const rows = await db.$queryRaw<Row[]>`
    SELECT "rollout_id" AS "rolloutId", "wave", "status"::text, "from_version" AS "fromVersion", "to_version" AS "toVersion",
      count(*)::int AS "n", (count(*) FILTER (WHERE NOT "answered_before"))::int AS "down"
    FROM "rollout_targets" WHERE "rollout_id" = ANY(${rolloutIds})
    GROUP BY "rollout_id", "wave", "status", "from_version", "to_version"`;
  const ofRollout = grouped(rows, (row) => row.rolloutId);
  return (id) => counted(ofRollout.get(id) ?? []);
}

function counted(rows: readonly Row[]): TargetCounts {
  return {
    waves: [...grouped(rows, (row) => row.wave)].map(([number, of]) => wave(number, of)).sort((a, b) => a.number - b.number),
    fromVersions: mostFirst(rows, (row) => row.fromVersion),
    toVersions: mostFirst(rows, (row) => row.toVersion),
    total: sum(rows),
  };
}

function wave(number: number, rows: readonly Row[]): WaveCounts {
  const counts = [...grouped(rows, (row) => row.status)].map(([status, of]) => [status, sum(of)] as const);
  const down = rows.reduce((total, row) => total + row.down, 0);
  return { number, size: sum(rows), down, counts: Object.fromEntries(counts) };
}

function mostFirst(rows: readonly Row[], version: (row: Row) => string | null): readonly string[] {
  return [...grouped(rows, version)]
    .map(([name, of]) => ({ name, n: sum(of) }))
    .sort((a, b) => b.n - a.n || (String(a.name) < String(b.name) ? -1 : 1))
    .flatMap(({ name }) => (name === null ? [] : [name]));
}

function sum(rows: readonly Row[]): number {
  return rows.reduce((total, row) => total + row.n, 0);
}
