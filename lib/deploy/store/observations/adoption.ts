import type { Release } from "../../domain/rollout-state";
import type { Actor } from "../../ports";
import { type Database, inTransaction, type Tx } from "../database";
import { writeAudit, writeEvents } from "../events";

interface Open {
  readonly instance_id: string;
  readonly service: string;
  readonly activation_id: bigint | null;
}

/** Closes the run that is recorded and opens one of what really runs. */
export async function takeIntoHistory(
  tx: Tx,
  row: Open,
  release: Release,
  openedBy: "adopted" | "by_hand",
  by: string | null,
): Promise<void> {
  // What did not answer when a person went away from it is no version to come back to.
  await tx.$executeRaw`
    UPDATE activations SET ended_at = clock_timestamp(), outcome = CASE
      WHEN EXISTS (SELECT 1 FROM observations o WHERE o.instance_id = ${row.instance_id} AND o.healthy = false) THEN 'replaced_down' ELSE 'replaced' END::activation_outcome
    WHERE id = ${row.activation_id} AND ended_at IS NULL`;
  await tx.$executeRaw`
    INSERT INTO activations (instance_id, service, version, revision, opened_by, requested_by, replaces_id, started_at)
    VALUES (${row.instance_id}, ${row.service}, ${release.version}, ${release.revision}, ${openedBy}::activation_opener, ${by}, ${row.activation_id}, clock_timestamp())`;
}

interface Found extends Open {
  readonly held: boolean;
  readonly recorded: string | null;
  readonly version: string | null;
  readonly revision: number | null;
}

/** What a person decided on a drift: the record follows what runs. */
export async function adoptInstance(
  db: Database,
  actor: Actor,
  instance: string,
): Promise<"instance_not_found" | "instance_busy" | "version_not_found" | null> {
  return inTransaction(db, async (tx) => {
    const [found] = await tx.$queryRaw<Found[]>`
      SELECT i.id AS instance_id, i.service, a.id AS activation_id, a.version AS recorded, v.version, s.revision,
        EXISTS (SELECT 1 FROM rollout_targets t WHERE t.instance_id = i.id AND t.holding) AS held
      FROM instances i
      LEFT JOIN observations o ON o.instance_id = i.id
      LEFT JOIN versions v ON v.service = i.service AND v.version = o.running_version
      LEFT JOIN settings_revisions s ON s.service = i.service AND s.revision = o.running_revision
      LEFT JOIN activations a ON a.instance_id = i.id AND a.ended_at IS NULL
      WHERE i.id = ${instance} AND i.retired_at IS NULL FOR UPDATE OF i`;
    const refusal =
      found === undefined
        ? "instance_not_found"
        : found.held
          ? "instance_busy"
          : found.version === null || found.revision === null
            ? "version_not_found"
            : null;
    await writeAudit(tx, { actor: actor.name, action: "adopt_instance", subject: instance, outcome: refusal ?? "accepted" });
    if (!found || found.version === null || found.revision === null || refusal !== null) return refusal;
    await takeIntoHistory(tx, found, { version: found.version, revision: found.revision }, "adopted", actor.name);
    await tx.$executeRaw`UPDATE observations SET drift_since = NULL WHERE instance_id = ${instance}`;
    await writeEvents(tx, [
      {
        code: "instance_adopted",
        params: { instance, from_version: found.recorded, version: found.version, by: actor.name },
        actor: actor.name,
        service: found.service,
        instanceId: instance,
      },
    ]);
    return null;
  });
}
