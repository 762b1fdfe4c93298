import type { NewAuditEntry, NewEvent } from "../ports/events";
import { type Tx, tellsEvents } from "./database";
import { storable } from "./json";

/**
 * Writes events in the transaction of the change that they tell. Events of a rollout take the next `seq` of its row: the
 * caller holds that row's lock. They reach the streams after the commit, where `inTransaction` numbers them.
 */
export async function writeEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  tellsEvents(tx);
  const perRollout = new Map<string, number>();
  for (const event of events) if (event.rolloutId) perRollout.set(event.rolloutId, (perRollout.get(event.rolloutId) ?? 0) + 1);
  const next = new Map<string, number>();
  for (const [id, count] of perRollout) {
    const [row] = await tx.$queryRaw<
      { last_seq: number }[]
    >`UPDATE rollouts SET last_seq = last_seq + ${count} WHERE id = ${id} RETURNING last_seq`;
    if (!row) throw new Error(`no rollout ${id} to write events of`);
    next.set(id, row.last_seq - count + 1);
  }
  const rows = events.map((event) => {
    const seq = event.rolloutId ? (next.get(event.rolloutId) ?? null) : null;
    if (event.rolloutId && seq !== null) next.set(event.rolloutId, seq + 1);
    return {
      rollout_id: event.rolloutId ?? null,
      seq,
      service: event.service ?? null,
      instance_id: event.instanceId ?? null,
      host: event.host ?? null,
      code: event.code,
      params: event.params ?? {},
      actor: event.actor ?? null,
    };
  });
  await tx.$executeRaw`
    INSERT INTO events (rollout_id, seq, service, instance_id, host, code, params, actor)
    SELECT r.rollout_id, r.seq, r.service, r.instance_id, r.host, r.code, r.params, r.actor
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS r(rollout_id text, seq int, service text, instance_id text, host text, code text, params jsonb, actor text)`;
}

export async function writeAudit(tx: Tx, entry: NewAuditEntry): Promise<void> {
  await tx.auditEntry.create({
    data: {
      actor: entry.actor,
      action: entry.action,
      subject: entry.subject ?? null,
      params: storable(entry.params ?? {}),
      outcome: entry.outcome,
    },
  });
}
