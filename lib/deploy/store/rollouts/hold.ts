import type { Tx } from "../database";
import { writeEvents } from "../events";

interface Holder {
  readonly id: string;
  readonly service: string;
  readonly requestedBy: string;
}

/** A rollback holds its service's deployments, unless somebody holds them already. */
export async function holdService(tx: Tx, { id, service, requestedBy: by }: Holder): Promise<void> {
  const held = await tx.$queryRaw<{ held_reason: string | null }[]>`
    UPDATE services SET held_by = ${by}, held_at = clock_timestamp(), held_rollout_id = ${id},
      held_reason = (SELECT reason FROM rollouts WHERE id = ${id})
    WHERE name = ${service} AND held_by IS NULL RETURNING held_reason`;
  const [set] = held;
  if (set)
    await writeEvents(tx, [{ code: "service_held", params: { by, reason: set.held_reason, rollout: id }, actor: by, service }]);
}
