/** Writes what happened to instances into their history. Source of the rules: contract, "Statuses". */
import type { HistoryFact } from "../../domain/draft";
import { type ActivationOpener, outcomeOfLeaving } from "../../domain/version-status";
import type { Tx } from "../database";
import { inspectInTurn, inspectSoon } from "../observations/inspect-soon";

interface OpenRow {
  readonly id: bigint;
  readonly instance_id: string;
  readonly version: string;
  readonly revision: number;
  readonly opened_by: ActivationOpener;
  readonly rollout_id: string | null;
  readonly attempt: number | null;
  readonly replaced_version: string | null;
  readonly answered: boolean | null;
  readonly versions_before: string[];
}

/** In the order of the facts. Told twice, a fact changes nothing. */
export async function writeHistory(tx: Tx, service: string, requestedBy: string, facts: readonly HistoryFact[]): Promise<void> {
  for (let left = facts; left.length > 0; ) {
    const round = new Map<string, HistoryFact>();
    const later: HistoryFact[] = [];
    for (const fact of left) {
      if (round.has(fact.instance)) later.push(fact);
      else round.set(fact.instance, fact);
    }
    await writeRound(tx, service, requestedBy, round);
    left = later;
  }
}

async function writeRound(tx: Tx, service: string, requestedBy: string, facts: ReadonlyMap<string, HistoryFact>): Promise<void> {
  const open = await openRows(tx, [...facts.values()]);
  const closing: object[] = [];
  const opening: object[] = [];
  const seen: object[] = [];
  for (const fact of facts.values()) {
    const row = open.get(fact.instance);
    if (fact.kind === "stopped") {
      const at = new Date(fact.at);
      if (row) closing.push({ id: String(row.id), ended_at: at, outcome: "stopped", closed_by_rollout: fact.rollout });
      seen.push({ instance_id: fact.instance, healthy: false, at, version: null, revision: null, pid: null, since: null });
      continue;
    }
    const base = {
      instance_id: fact.instance,
      version: fact.release.version,
      revision: fact.release.revision,
      opened_by: fact.opener,
      rollout_id: fact.rollout,
      attempt: fact.attempt,
      replaces_id: row ? String(row.id) : null,
    };
    if (fact.kind === "failed") {
      const startedAt = new Date(Math.min(fact.startedAt, fact.endedAt));
      opening.push({
        ...base,
        started_at: startedAt,
        ended_at: new Date(fact.endedAt),
        outcome: fact.outcome,
        closed_by_rollout: fact.rollout,
        failure: fact.failure,
      });
      seen.push({
        instance_id: fact.instance,
        healthy: fact.runs !== null,
        at: new Date(fact.endedAt),
        version: fact.runs?.version ?? null,
        revision: fact.runs?.revision ?? null,
        pid: null,
        since: null,
      });
      continue;
    }
    seen.push({
      instance_id: fact.instance,
      healthy: true,
      at: new Date(fact.at),
      version: fact.release.version,
      revision: fact.release.revision,
      pid: fact.process?.pid ?? null,
      since: fact.process && new Date(fact.process.since),
    });
    if (row && isToldAlready(row, fact)) continue;
    if (row) {
      const outcome = outcomeOfLeaving({
        by: fact.opener,
        answered: row.answered,
        ranBefore: row.versions_before.includes(fact.release.version),
        undoesRollback: row.opened_by === "rollback" && row.replaced_version === fact.release.version,
      });
      closing.push({ id: String(row.id), ended_at: new Date(fact.at), outcome, closed_by_rollout: fact.rollout });
    }
    opening.push({
      ...base,
      started_at: new Date(fact.at),
      ended_at: null,
      outcome: null,
      closed_by_rollout: null,
      failure: null,
    });
  }
  await closeRuns(tx, closing);
  await insertRuns(tx, service, requestedBy, opening);
  await observe(tx, seen);
  const isKnown = (fact: HistoryFact) => fact.kind === "runs" && fact.process !== null;
  await inspectSoon(
    tx,
    instancesOf(facts, (fact) => !isKnown(fact)),
  );
  await inspectInTurn(tx, instancesOf(facts, isKnown));
}

function instancesOf(facts: ReadonlyMap<string, HistoryFact>, which: (fact: HistoryFact) => boolean): readonly string[] {
  return [...facts.values()].filter(which).map((fact) => fact.instance);
}

/** The running row says it already: the same attempt told twice, or the host found it running and changed nothing. */
function isToldAlready(row: OpenRow, fact: Extract<HistoryFact, { kind: "runs" }>): boolean {
  if (row.version !== fact.release.version || row.revision !== fact.release.revision) return false;
  return !fact.changed || (row.rollout_id === fact.rollout && row.attempt === fact.attempt && row.opened_by === fact.opener);
}

/**
 * The runs that are left, and whether each of them answered before. One that was found silent only after its change had been
 * ordered was stopped by that change: it had answered.
 */
async function openRows(tx: Tx, facts: readonly HistoryFact[]): Promise<Map<string, OpenRow>> {
  const of = facts.map(({ instance, rollout, attempt }) => ({ instance, rollout, attempt }));
  const rows = await tx.$queryRaw<OpenRow[]>`
    SELECT a.id, a.instance_id, a.version, a.revision, a.opened_by::text, a.rollout_id, a.attempt, r.version AS replaced_version,
      CASE WHEN h.reachable = false THEN NULL
        WHEN o.healthy = false THEN coalesce(o.unhealthy_since > (SELECT min(s.created_at) FROM steps s
          WHERE s.rollout_id = f.rollout AND s.instance_id = f.instance AND s.attempt = f.attempt AND s.kind = 'activate'), false)
        ELSE o.healthy END AS answered,
      ARRAY(SELECT DISTINCT b.version FROM activations b WHERE b.instance_id = a.instance_id AND b.id < a.id) AS versions_before
    FROM jsonb_to_recordset(${JSON.stringify(of)}::jsonb) AS f(instance text, rollout text, attempt int)
    JOIN activations a ON a.instance_id = f.instance AND a.ended_at IS NULL
    JOIN instances i ON i.id = a.instance_id
    JOIN hosts h ON h.name = i.host
    LEFT JOIN observations o ON o.instance_id = a.instance_id
    LEFT JOIN activations r ON r.id = a.replaces_id
    FOR UPDATE OF a`;
  return new Map(rows.map((row) => [row.instance_id, row]));
}

async function closeRuns(tx: Tx, rows: readonly object[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.$executeRaw`
    UPDATE activations a SET ended_at = greatest(r.ended_at, a.started_at), outcome = r.outcome::activation_outcome, closed_by_rollout = r.closed_by_rollout
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(id bigint, ended_at timestamptz, outcome text, closed_by_rollout text)
    WHERE a.id = r.id AND a.ended_at IS NULL`;
}

async function insertRuns(tx: Tx, service: string, requestedBy: string, rows: readonly object[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO activations (instance_id, service, version, revision, opened_by, rollout_id, attempt, requested_by, replaces_id, started_at, ended_at, outcome, closed_by_rollout, failure)
    SELECT r.instance_id, ${service}, r.version, r.revision, r.opened_by::activation_opener, r.rollout_id, r.attempt, ${requestedBy}, r.replaces_id,
      r.started_at, r.ended_at, r.outcome::activation_outcome, r.closed_by_rollout, CASE WHEN r.failure = 'null'::jsonb THEN NULL ELSE r.failure END
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(instance_id text, version text, revision int, opened_by text, rollout_id text, attempt int,
      replaces_id bigint, started_at timestamptz, ended_at timestamptz, outcome text, closed_by_rollout text, failure jsonb)`;
}

/** The engine has just seen these instances on their hosts: newer than any sweep. What it was not told, an inspection tells. */
async function observe(tx: Tx, rows: readonly object[]): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO observations AS o (instance_id, healthy, checked_at, unhealthy_since, running_version, running_revision, inspected_at, pid, process_since)
    SELECT r.instance_id, r.healthy, clock_timestamp(), CASE WHEN r.healthy THEN NULL ELSE clock_timestamp() END, r.version, r.revision, clock_timestamp(), r.pid, r.since
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(instance_id text, healthy boolean, at timestamptz, version text, revision int, pid int, since timestamptz)
    ON CONFLICT (instance_id) DO UPDATE SET healthy = excluded.healthy, checked_at = excluded.checked_at, unhealthy_since = excluded.unhealthy_since,
      detail = NULL, latency_ms = NULL, pid = excluded.pid, process_since = excluded.process_since, running_version = excluded.running_version,
      running_revision = excluded.running_revision, inspected_at = excluded.inspected_at, drift_since = NULL,
      restarts = 0, restarted_at = NULL`;
}

/** What a host told of instances that were to be changed: they do not answer. The next health question that is answered says otherwise. */
export async function observeDown(tx: Tx, instances: readonly string[]): Promise<void> {
  if (instances.length === 0) return;
  await tx.$executeRaw`
    UPDATE observations SET healthy = false, checked_at = clock_timestamp(), detail = NULL, latency_ms = NULL,
      unhealthy_since = CASE WHEN healthy = false THEN unhealthy_since ELSE clock_timestamp() END
    WHERE instance_id = ANY(${[...instances]})`;
}
