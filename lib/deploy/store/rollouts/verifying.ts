import type { StepOutcome } from "../../domain/step-outcome";
import type { Database } from "../database";
import { jsonText } from "../json";

const VERIFYING: StepOutcome = { kind: "verifying" };

/** Of changes under way, still this owner's: they have come as far as being verified. Their outcome replaces this. */
export async function markVerifying(
  db: Database,
  owner: string,
  steps: readonly { readonly id: bigint; readonly leaseNo: bigint }[],
): Promise<void> {
  const records = steps.map((step) => ({ id: String(step.id), lease_no: String(step.leaseNo) }));
  await db.$queryRaw`
    WITH own AS MATERIALIZED (
      SELECT s.id FROM steps s JOIN jsonb_to_recordset(${jsonText(records)}::jsonb) AS r(id bigint, lease_no bigint) ON r.id = s.id
      WHERE s.lease_no = r.lease_no AND s.owner = ${owner} AND s.state = 'claimed' ORDER BY s.id FOR UPDATE OF s
    ), marked AS (
      UPDATE steps s SET outcome = ${jsonText(VERIFYING)}::jsonb FROM own WHERE s.id = own.id RETURNING s.rollout_id)
    SELECT pg_notify('slipway_wake', 'outcomes:' || rollout_id)::text FROM (SELECT DISTINCT rollout_id FROM marked) m`;
}
