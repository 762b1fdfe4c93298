import type { EndElsewhere } from "../../domain/draft";
import type { Tx } from "../database";

/**
 * Tells a target how its change ended after the instance had gone to another rollout, or after its own rollout had ended without knowing.
 * Its status stays, and so does the rollout's result; a failure that it told before stays where this end is none.
 */
export async function tellEnds(tx: Tx, ends: readonly EndElsewhere[]): Promise<void> {
  if (ends.length === 0) return;
  const records = ends.map(({ rollout, instance, attempt, changed, failure, versionNow }) => ({
    rollout_id: rollout,
    instance_id: instance,
    attempt,
    changed,
    failure,
    version_now: versionNow,
  }));
  await tx.$executeRaw`
    UPDATE rollout_targets t SET version_now = r.version_now, changed = t.changed OR r.changed, failure = CASE WHEN r.failure = 'null'::jsonb THEN t.failure ELSE r.failure END
    FROM jsonb_to_recordset(${JSON.stringify(records)}::jsonb) AS r(rollout_id text, instance_id text, attempt int, changed boolean, failure jsonb, version_now text)
    WHERE t.rollout_id = r.rollout_id AND t.instance_id = r.instance_id AND t.attempt >= r.attempt AND t.status IN ('taken_over', 'unknown') AND NOT t.holding`;
  // A live one's owner remembers its targets: it reads them anew.
  const ids = [...new Set(ends.map((end) => end.rollout))];
  await tx.$executeRaw`UPDATE rollouts SET rev = rev + 1 WHERE id IN (SELECT id FROM rollouts WHERE id = ANY(${ids}) AND completed_at IS NULL ORDER BY id FOR UPDATE)`;
}
