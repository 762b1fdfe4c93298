/** Writes the rollout's own row and its events. */
import type { Draft } from "../../domain/draft";
import { resultOf } from "../../domain/result";
import { hasEnded } from "../../domain/statuses";
import type { WaitingFor } from "../../domain/waiting";
import { type Tx, tellsEvents } from "../database";
import { dateOf } from "./rows";

/**
 * Whose decision is written. The owner's begins its lease anew, so many milliseconds from now, and leaves `rev` alone: the owner knows the
 * rows as it has written them. Another's, a person's or another rollout's, raises `rev`, and the owner reads them anew.
 */
export type DecidedBy = { readonly kind: "owner"; readonly leaseMs: number } | { readonly kind: "another" };
export const ANOTHER: DecidedBy = { kind: "another" };

export interface RolloutRowChange {
  readonly waitingFor: WaitingFor | null;
  /** Milliseconds of the database's clock. */
  readonly wakeAt: number | null;
  readonly by: DecidedBy;
}

/** In one statement: the row gives its events their `seq`, and its lock is the caller's. */
export async function writeRollout(tx: Tx, draft: Draft, { waitingFor, wakeAt, by }: RolloutRowChange): Promise<void> {
  const { rollout, events } = draft;
  const result = hasEnded(rollout.status) ? resultOf(rollout, draft.all) : null;
  const row = {
    status: rollout.status,
    status_reason: rollout.statusReason,
    scheduled_until: dateOf(rollout.scheduledUntil),
    started_at: dateOf(rollout.startedAt),
    completed_at: dateOf(rollout.completedAt),
    held_by: rollout.heldBy,
    superseded_by: rollout.supersededBy,
    changed: rollout.changed,
    progress: rollout.progress,
    waiting_for: waitingFor === null ? null : { ...waitingFor, until: dateOf(waitingFor.until) },
    wake_at: dateOf(wakeAt),
    result,
    ok: result?.ok ?? null,
  };
  const leaseS = by.kind === "owner" ? by.leaseMs / 1000 : null;
  const told = events.map(({ code, params, instance, actor }, n) => ({ n, code, params, instance, actor }));
  if (told.length > 0) tellsEvents(tx);
  await tx.$executeRaw`
    WITH written AS (
      UPDATE rollouts r SET status = x.status::rollout_status, status_reason = x.status_reason, scheduled_until = x.scheduled_until, started_at = x.started_at,
        completed_at = x.completed_at, held_by = x.held_by, superseded_by = x.superseded_by, changed = x.changed, progress = x.progress, waiting_for = x.waiting_for,
        wake_at = x.wake_at, result = x.result, ok = x.ok, last_seq = r.last_seq + ${told.length}, rev = r.rev + ${by.kind === "owner" ? 0 : 1},
        lease_owner = CASE WHEN x.completed_at IS NULL THEN r.lease_owner END,
        lease_until = CASE WHEN x.completed_at IS NULL THEN coalesce(clock_timestamp() + make_interval(secs => ${leaseS}::double precision), r.lease_until) END
      FROM jsonb_to_record(${JSON.stringify(row)}::jsonb) AS x(status text, status_reason jsonb, scheduled_until timestamptz, started_at timestamptz, completed_at timestamptz,
        held_by text, superseded_by text, changed boolean, progress jsonb, waiting_for jsonb, wake_at timestamptz, result jsonb, ok boolean)
      WHERE r.id = ${rollout.id} RETURNING r.id, r.service, r.last_seq)
    INSERT INTO events (rollout_id, seq, service, instance_id, code, params, actor)
    SELECT w.id, w.last_seq - ${told.length - 1} + e.n, w.service, e.instance, e.code, e.params, e.actor
    FROM written w, jsonb_to_recordset(${JSON.stringify(told)}::jsonb) AS e(n int, code text, params jsonb, instance text, actor text) ORDER BY e.n`;
}
