import type { PastTimes } from "../../domain/expectation";
import type { RolloutKind } from "../../domain/statuses";
import type { Tx } from "../database";

/** Ended rollouts that are looked at, and of each the newest changes: enough to judge by, however large the fleet is. */
const ROLLOUTS = 10;
const CHANGES_EACH = 20;

interface PastRollout {
  readonly kind: RolloutKind;
  readonly prepared: number | null;
  readonly changes: readonly number[];
}

export async function readPastTimes(tx: Tx, service: string, kind: RolloutKind): Promise<PastTimes> {
  const rows = await tx.$queryRaw<PastRollout[]>`
    SELECT r.kind::text, extract(epoch FROM f.first_at - r.started_at)::float8 AS prepared, f.changes
    FROM (
      SELECT id, kind, started_at FROM rollouts WHERE service = ${service} AND completed_at IS NOT NULL AND started_at IS NOT NULL
      ORDER BY created_at DESC, id DESC LIMIT ${ROLLOUTS}) r
    CROSS JOIN LATERAL (
      SELECT (SELECT min(s.created_at) FROM steps s WHERE s.rollout_id = r.id AND s.kind = 'activate') AS first_at, ARRAY(
        SELECT extract(epoch FROM s.done_at - s.created_at)::float8 FROM steps s
        WHERE s.rollout_id = r.id AND s.kind = 'activate' AND s.state = 'done' AND s.outcome @> '{"kind": "verified", "changed": true}'
        ORDER BY s.id DESC LIMIT ${CHANGES_EACH}) AS changes) f`;
  const own = rows.filter((row) => row.kind === kind);
  const judged = own.some((row) => row.changes.length > 0) ? own : rows;
  return {
    changes: judged.flatMap((row) => row.changes),
    preparations: own.flatMap((row) => (row.prepared === null ? [] : [row.prepared])),
  };
}
