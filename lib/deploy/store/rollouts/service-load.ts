/** What `min_healthy` counts, under the service's row lock so that two rollouts cannot spend the same room. */
import type { ServiceLoad } from "../../domain/budget";
import { percentOf, type Share } from "../../domain/strategy";
import type { Tx } from "../database";

const NOTHING_COUNTED: ServiceLoad = { baseline: 0, down: 0, changing: 0 };

export async function serviceLoad(
  tx: Tx,
  rollout: { readonly id: string; readonly service: string; readonly minHealthy: Share },
): Promise<ServiceLoad> {
  if (percentOf(rollout.minHealthy) === 0) return NOTHING_COUNTED;
  await tx.$queryRaw`SELECT 1 FROM services WHERE name = ${rollout.service} FOR UPDATE`;
  const [row] = await tx.$queryRaw<{ baseline: number; down: string[]; changing: number }[]>`
    SELECT
      (SELECT count(*)::int FROM baselines WHERE rollout_id = ${rollout.id}) AS baseline,
      ARRAY(SELECT b.instance_id FROM (
        SELECT DISTINCT b.instance_id FROM baselines b JOIN rollouts r ON r.id = b.rollout_id AND r.completed_at IS NULL AND r.service = ${rollout.service}
      ) b
      LEFT JOIN rollout_targets t ON t.instance_id = b.instance_id AND t.holding
      LEFT JOIN observations o ON o.instance_id = b.instance_id
      WHERE t.status IN ('switching', 'verifying', 'unknown') OR o.healthy = false ORDER BY 1) AS down,
      (SELECT count(*)::int FROM rollout_targets t JOIN rollouts r ON r.id = t.rollout_id
        WHERE r.service = ${rollout.service} AND r.completed_at IS NULL AND t.holding AND t.status IN ('switching', 'verifying')) AS changing`;
  return row
    ? { baseline: row.baseline, down: row.down.length, downInstances: row.down, changing: row.changing }
    : NOTHING_COUNTED;
}
