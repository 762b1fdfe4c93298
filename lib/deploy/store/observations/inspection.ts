import type { HostTrouble } from "../../domain/host-troubles";
import type { HostKind, HostUnreachable, InstanceReport, JournalEntry } from "../../ports";
import type { NewEvent } from "../../ports/events";
import type { HostToInspect } from "../../ports/observations";
import { type Database, inTransaction, type Tx } from "../database";
import { writeEvents } from "../events";
import type { Prisma } from "../generated/client";
import { hostRefOf } from "../host-ref";
import { takeIntoHistory } from "./adoption";
import { restartEvent } from "./health";

interface HostRow {
  readonly name: string;
  readonly kind: HostKind;
  readonly config: Prisma.JsonValue;
  readonly address: string;
  readonly root: string;
  readonly instances: string[];
  readonly asked_at: Date;
}

export async function claimHosts(db: Database, limit: number): Promise<readonly HostToInspect[]> {
  const rows = await db.$queryRaw<HostRow[]>`
    WITH claimed AS (
      UPDATE hosts SET next_inspect_at = clock_timestamp() + interval '60 seconds'
      WHERE name IN (SELECT name FROM hosts WHERE state <> 'retired' AND next_inspect_at <= clock_timestamp() ORDER BY next_inspect_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
      RETURNING name, kind, address, root, config)
    SELECT c.name, c.kind::text, c.address, c.root, c.config, clock_timestamp() AS asked_at,
      ARRAY(SELECT i.id FROM instances i WHERE i.host = c.name AND i.retired_at IS NULL ORDER BY i.id) AS instances
    FROM claimed c`;
  return rows.map((row) => ({
    host: hostRefOf(row),
    instances: row.instances,
    askedAt: row.asked_at,
  }));
}

interface RecordRow {
  readonly instance_id: string;
  readonly service: string;
  readonly activation_id: bigint | null;
  readonly version: string | null;
  readonly revision: number | null;
  readonly since: Date | null;
  readonly restarts: number;
  readonly drift_since: Date | null;
}

export async function recordInspection(db: Database, asked: HostToInspect, reports: readonly InstanceReport[]): Promise<void> {
  await inTransaction(db, async (tx) => {
    const { now, events } = await hostAnswered(tx, asked, reports);
    const comparable = await comparableRows(tx, asked, reports);
    const seen: Seen[] = [];
    for (const report of reports) {
      const row = comparable.get(report.instance);
      if (!row || report.openTx !== null) continue;
      const found = await compare(tx, asked, report, row, now);
      seen.push(found.seen);
      events.push(...found.events);
    }
    await writeSeen(tx, seen, now);
    await writeEvents(tx, events);
  });
}

async function hostAnswered(
  tx: Tx,
  asked: HostToInspect,
  reports: readonly InstanceReport[],
): Promise<{ readonly now: Date; readonly events: NewEvent[] }> {
  // Whoever has no instance on it was told nothing of its releases.
  const releases = reports.length === 0 ? null : [...new Set(reports.flatMap((report) => report.releases))];
  const [row] = await tx.$queryRaw<{ reachable: boolean | null; now: Date }[]>`
    WITH before AS MATERIALIZED (SELECT name, reachable, clock_timestamp() AS now FROM hosts WHERE name = ${asked.host.name} FOR UPDATE)
    UPDATE hosts h SET reachable = true, error = NULL, trouble = NULL, last_answer_at = b.now, inspected_at = b.now, releases = coalesce(${releases}, h.releases)
    FROM before b WHERE h.name = b.name RETURNING b.reachable, b.now`;
  if (!row) throw new Error(`no host ${asked.host.name} to write what it answered`);
  const events: NewEvent[] =
    row.reachable === false ? [{ code: "host_answers_again", params: { host: asked.host.name }, host: asked.host.name }] : [];
  return { now: row.now, events };
}

/** Those that no rollout holds and that nobody has seen since the question: only their record can be judged by this answer. */
async function comparableRows(
  tx: Tx,
  asked: HostToInspect,
  reports: readonly InstanceReport[],
): Promise<ReadonlyMap<string, RecordRow>> {
  const rows = await tx.$queryRaw<RecordRow[]>`
    SELECT i.id AS instance_id, i.service, a.id AS activation_id, a.version, a.revision, a.started_at AS since, o.restarts, o.drift_since
    FROM instances i
    JOIN observations o ON o.instance_id = i.id AND (o.inspected_at IS NULL OR o.inspected_at <= ${asked.askedAt})
    LEFT JOIN activations a ON a.instance_id = i.id AND a.ended_at IS NULL
    WHERE i.id = ANY(${reports.map((report) => report.instance)}) AND i.retired_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM rollout_targets t WHERE t.instance_id = i.id AND t.holding)
      AND NOT EXISTS (SELECT 1 FROM owed d WHERE d.instance_id = i.id AND d.settled_at IS NULL)
    FOR UPDATE OF o`;
  return new Map(rows.map((row) => [row.instance_id, row]));
}

interface Seen {
  readonly instance_id: string;
  readonly pid: number | null;
  readonly process_since: Date | null;
  readonly running_version: string | null;
  readonly running_revision: number | null;
  readonly drift_since: Date | null;
  readonly restarts: number;
}

async function writeSeen(tx: Tx, seen: readonly Seen[], now: Date): Promise<void> {
  if (seen.length === 0) return;
  await tx.$executeRaw`
    UPDATE observations o SET pid = r.pid, process_since = r.process_since, running_version = r.running_version, running_revision = r.running_revision,
      drift_since = r.drift_since, inspected_at = ${now}, restarts = r.restarts,
      restarted_at = CASE WHEN r.restarts > o.restarts THEN ${now} WHEN r.restarts = 0 THEN NULL ELSE o.restarted_at END
    FROM jsonb_to_recordset(${JSON.stringify(seen)}::jsonb) AS r(instance_id text, pid int, process_since timestamptz, running_version text, running_revision int, drift_since timestamptz, restarts int)
    WHERE o.instance_id = r.instance_id`;
}

interface Compared {
  readonly seen: Seen;
  readonly events: readonly NewEvent[];
}

/** What was seen, beside the record; a change by a person's hand goes into the history. */
async function compare(tx: Tx, asked: HostToInspect, report: InstanceReport, row: RecordRow, now: Date): Promise<Compared> {
  const { current, process } = report;
  const runs = process === null ? null : current;
  const seen = {
    instance_id: report.instance,
    pid: process?.pid ?? null,
    process_since: process?.startedAt ?? null,
    running_version: runs?.version ?? null,
    running_revision: runs?.revision ?? null,
    restarts: report.restarts,
  };
  const differs = isOther(report, row);
  const about = { service: row.service, instanceId: report.instance, host: asked.host.name };
  if (differs && current !== null) {
    const byHand = handChange(report);
    if (byHand && process !== null && (await isKnownVersion(tx, row.service, current.version, current.revision))) {
      await takeIntoHistory(tx, row, current, "by_hand", null);
      const params = { instance: report.instance, from_version: row.version, version: current.version };
      return { seen: { ...seen, drift_since: null }, events: [{ code: "instance_changed_by_hand", params, ...about }] };
    }
  }
  const found = { ...seen, drift_since: differs ? (row.drift_since ?? now) : null };
  if (!differs && report.restarts > row.restarts) {
    return { seen: found, events: [restartEvent({ ...row, restarts: report.restarts })] };
  }
  if (!differs || row.drift_since !== null) return { seen: found, events: [] };
  const params = { instance: report.instance, recorded: row.version, runs: current?.version ?? null };
  return { seen: found, events: [{ code: "instance_drifted", params, ...about }] };
}

/** A change that came to nothing leaves its own version behind, stopped: that is down, not another version. */
function isOther({ current, process }: InstanceReport, row: RecordRow): boolean {
  if (current === null) return row.version !== null;
  return process !== null && (current.version !== row.version || current.revision !== row.revision);
}

/** The newest transaction is a person's own, and brought what runs. */
function handChange(report: InstanceReport): JournalEntry | null {
  const newest = report.journal.at(-1);
  if (newest?.mode !== "hand" || newest.outcome !== "done") return null;
  return newest.release.sha256 === report.current?.sha256 ? newest : null;
}

async function isKnownVersion(tx: Tx, service: string, version: string, revision: number): Promise<boolean> {
  const known = await tx.version.count({ where: { service, version } });
  const settings = await tx.settingsRevision.count({ where: { service, revision } });
  return known > 0 && settings > 0;
}

/** A host that does not answer: said once, and its instances are unknown until it answers again. */
export async function recordSilence(
  db: Database,
  asked: HostToInspect,
  { reason, trouble }: Pick<HostUnreachable, "reason" | "trouble">,
): Promise<void> {
  const why: HostTrouble = trouble ?? { code: "answer_unclear", params: { host: asked.host.name, said: reason } };
  await inTransaction(db, async (tx) => {
    const changed =
      await tx.$executeRaw`UPDATE hosts SET reachable = false, error = ${reason}, trouble = ${JSON.stringify(why)}::jsonb, next_inspect_at = clock_timestamp() + interval '10 seconds' WHERE name = ${asked.host.name} AND reachable IS DISTINCT FROM false`;
    if (changed > 0)
      return writeEvents(tx, [
        {
          code: "host_unreachable",
          params: { ...why.params, trouble: why.code, host: asked.host.name, reason },
          host: asked.host.name,
        },
      ]);
    await tx.$executeRaw`UPDATE hosts SET error = ${reason}, trouble = ${JSON.stringify(why)}::jsonb, next_inspect_at = clock_timestamp() + interval '10 seconds' WHERE name = ${asked.host.name}`;
  });
}
