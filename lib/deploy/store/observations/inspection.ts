import type { InstanceReport, JournalEntry } from "../../ports";
import type { NewEvent } from "../../ports/events";
import type { HostToInspect } from "../../ports/observations";
import { type Database, inTransaction, type Tx } from "../database";
import { writeEvents } from "../events";
import { databaseNow } from "../rollouts/snapshot";
import { takeIntoHistory } from "./adoption";

interface HostRow {
  readonly name: string;
  readonly kind: "local" | "ssh";
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
      RETURNING name, kind, address, root)
    SELECT c.name, c.kind::text, c.address, c.root, clock_timestamp() AS asked_at,
      ARRAY(SELECT i.id FROM instances i WHERE i.host = c.name AND i.retired_at IS NULL ORDER BY i.id) AS instances
    FROM claimed c`;
  return rows.map((row) => ({
    host: { name: row.name, kind: row.kind, address: row.address, root: row.root },
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
  readonly drift_since: Date | null;
}

export async function recordInspection(db: Database, asked: HostToInspect, reports: readonly InstanceReport[]): Promise<void> {
  await inTransaction(db, async (tx) => {
    const now = new Date(await databaseNow(tx));
    const events: NewEvent[] = [...(await hostAnswered(tx, asked, reports, now))];
    const comparable = await comparableRows(tx, asked, reports);
    for (const report of reports) {
      const row = comparable.get(report.instance);
      if (row) events.push(...(await compare(tx, asked, report, row, now)));
    }
    await writeEvents(tx, events);
  });
}

async function hostAnswered(
  tx: Tx,
  asked: HostToInspect,
  reports: readonly InstanceReport[],
  now: Date,
): Promise<readonly NewEvent[]> {
  const releases = [...new Set(reports.flatMap((report) => report.releases))];
  const [before] = await tx.$queryRaw<
    { reachable: boolean | null }[]
  >`SELECT reachable FROM hosts WHERE name = ${asked.host.name} FOR UPDATE`;
  await tx.host.update({
    where: { name: asked.host.name },
    data: { reachable: true, error: null, lastAnswerAt: now, inspectedAt: now, ...(reports.length > 0 ? { releases } : {}) },
  });
  return before?.reachable === false
    ? [{ code: "host_answers_again", params: { host: asked.host.name }, host: asked.host.name }]
    : [];
}

/** Those that no rollout holds and that nobody has seen since the question: only their record can be judged by this answer. */
async function comparableRows(
  tx: Tx,
  asked: HostToInspect,
  reports: readonly InstanceReport[],
): Promise<ReadonlyMap<string, RecordRow>> {
  const rows = await tx.$queryRaw<RecordRow[]>`
    SELECT i.id AS instance_id, i.service, a.id AS activation_id, a.version, a.revision, a.started_at AS since, o.drift_since
    FROM instances i
    JOIN observations o ON o.instance_id = i.id AND (o.inspected_at IS NULL OR o.inspected_at <= ${asked.askedAt})
    LEFT JOIN activations a ON a.instance_id = i.id AND a.ended_at IS NULL
    WHERE i.id = ANY(${reports.map((report) => report.instance)}) AND i.retired_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM rollout_targets t WHERE t.instance_id = i.id AND t.holding)
      AND NOT EXISTS (SELECT 1 FROM owed d WHERE d.instance_id = i.id AND d.settled_at IS NULL)
    FOR UPDATE OF o`;
  return new Map(rows.map((row) => [row.instance_id, row]));
}

async function compare(
  tx: Tx,
  asked: HostToInspect,
  report: InstanceReport,
  row: RecordRow,
  now: Date,
): Promise<readonly NewEvent[]> {
  if (report.openTx !== null) return [];
  const { current, process } = report;
  const runs = process === null ? null : current;
  const seen = {
    pid: process?.pid ?? null,
    processSince: process?.startedAt ?? null,
    runningVersion: runs?.version ?? null,
    runningRevision: runs?.revision ?? null,
    inspectedAt: now,
  };
  const differs = isOther(report, row);
  const about = { service: row.service, instanceId: report.instance, host: asked.host.name };
  if (differs && current !== null) {
    const byHand = handChange(report);
    if (byHand && process !== null && (await isKnownVersion(tx, row.service, current.version, current.revision))) {
      await takeIntoHistory(tx, row, current, "by_hand", null);
      await tx.observation.update({ where: { instanceId: report.instance }, data: { ...seen, driftSince: null } });
      return [
        {
          code: "instance_changed_by_hand",
          params: { instance: report.instance, from_version: row.version, version: current.version },
          ...about,
        },
      ];
    }
  }
  await tx.observation.update({
    where: { instanceId: report.instance },
    data: { ...seen, driftSince: differs ? (row.drift_since ?? now) : null },
  });
  if (!differs || row.drift_since !== null) return [];
  return [
    {
      code: "instance_drifted",
      params: { instance: report.instance, recorded: row.version, runs: current?.version ?? null },
      ...about,
    },
  ];
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
export async function recordSilence(db: Database, asked: HostToInspect, reason: string): Promise<void> {
  await inTransaction(db, async (tx) => {
    const changed =
      await tx.$executeRaw`UPDATE hosts SET reachable = false, error = ${reason}, next_inspect_at = clock_timestamp() + interval '10 seconds' WHERE name = ${asked.host.name} AND reachable IS DISTINCT FROM false`;
    if (changed > 0)
      return writeEvents(tx, [{ code: "host_unreachable", params: { host: asked.host.name, reason }, host: asked.host.name }]);
    await tx.$executeRaw`UPDATE hosts SET error = ${reason}, next_inspect_at = clock_timestamp() + interval '10 seconds' WHERE name = ${asked.host.name}`;
  });
}
