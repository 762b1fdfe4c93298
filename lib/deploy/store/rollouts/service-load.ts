/** What `min_healthy` counts, under the service's row lock so that two rollouts cannot spend the same room. */
import type { ServiceLoad } from "../../domain/budget";
import { percentOf, type Share } from "../../domain/strategy";
import type { Tx } from "../database";

/** Where nothing hangs on the count. */
export const NOTHING_COUNTED: ServiceLoad = { baseline: 0, down: [], changing: 0 };

/** Counted from the few that are being changed (`countsAsDown` of `domain/budget.ts`) or do not answer, never over all that the service has. */
export async function serviceLoad(
  tx: Tx,
  rollout: { readonly id: string; readonly service: string; readonly minHealthy: Share },
): Promise<ServiceLoad> {
  if (percentOf(rollout.minHealthy) === 0) return NOTHING_COUNTED;
  await tx.$queryRaw`SELECT 1 FROM services WHERE name = ${rollout.service} FOR UPDATE`;
  const [row] = await tx.$queryRaw<{ baseline: number; down: string[]; changing: number }[]>`
    WITH live AS MATERIALIZED (
      SELECT id FROM rollouts WHERE service = ${rollout.service} AND completed_at IS NULL
    ), moving AS MATERIALIZED (
      SELECT t.instance_id, t.status FROM live r JOIN rollout_targets t ON t.rollout_id = r.id AND t.holding AND t.status IN ('switching', 'verifying', 'unknown')
    ), silent AS MATERIALIZED (
      SELECT instance_id FROM observations WHERE healthy = false
    )
    SELECT
      (SELECT count(*)::int FROM baselines WHERE rollout_id = ${rollout.id}) AS baseline,
      ARRAY(SELECT d.instance_id FROM (SELECT instance_id FROM moving UNION SELECT instance_id FROM silent) d
        WHERE EXISTS (SELECT 1 FROM live r JOIN baselines b ON b.rollout_id = r.id AND b.instance_id = d.instance_id) ORDER BY 1) AS down,
      (SELECT count(*)::int FROM moving WHERE status <> 'unknown') AS changing`;
  return row ?? NOTHING_COUNTED;
}
