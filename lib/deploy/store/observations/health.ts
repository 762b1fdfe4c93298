import { restartsItself } from "../../domain/running";
import type { HealthCheck } from "../../domain/settings";
import type { HostKind } from "../../ports";
import type { NewEvent } from "../../ports/events";
import type { HealthQuestion, HealthRecord } from "../../ports/observations";
import { type Database, inTransaction, Prisma } from "../database";
import { writeEvents } from "../events";
import { hostRefOf } from "../host-ref";
import { stored } from "../json";
import { runsOf } from "../settings-revision";
import { inspectSoon } from "./inspect-soon";

interface QuestionRow {
  readonly instance_id: string;
  readonly host: string;
  readonly host_kind: HostKind;
  readonly host_config: Prisma.JsonValue;
  readonly root: string;
  readonly address: string;
  readonly port: number;
  readonly check: Prisma.JsonValue;
  readonly runs: Prisma.JsonValue | null;
  readonly watched: boolean;
  readonly asked_at: Date;
}

/** Of an observation `o`: no change of its instance is under way. Looked up one by one: decision 25. */
const NOT_BEING_CHANGED = Prisma.sql`coalesce((SELECT t.status FROM rollout_targets t WHERE t.instance_id = o.instance_id AND t.holding LIMIT 1) NOT IN ('switching', 'verifying'), true)`;

/** An instance whose change is under way is asked by that change, on its host; it is left alone here. */
export async function claimHealthQuestions(db: Database, limit: number): Promise<readonly HealthQuestion[]> {
  const rows = await db.$queryRaw<QuestionRow[]>`
    WITH due AS (
      SELECT o.instance_id FROM observations o WHERE o.next_check_at <= clock_timestamp()
        AND ${NOT_BEING_CHANGED}
        AND (SELECT true FROM activations a WHERE a.instance_id = o.instance_id AND a.ended_at IS NULL LIMIT 1)
        AND (SELECT true FROM instances i WHERE i.id = o.instance_id AND i.retired_at IS NULL LIMIT 1)
      ORDER BY o.next_check_at LIMIT ${limit} FOR UPDATE OF o SKIP LOCKED
    ), watching AS (
      SELECT instance_id, (SELECT true FROM rollout_targets t WHERE t.instance_id = due.instance_id AND t.holding LIMIT 1) IS NOT NULL AS watched FROM due
    ), claimed AS (
      UPDATE observations o SET next_check_at = clock_timestamp() + CASE WHEN w.watched THEN interval '2 seconds' ELSE interval '10 seconds' END
      FROM watching w WHERE o.instance_id = w.instance_id RETURNING o.instance_id, w.watched
    )
    SELECT c.instance_id, h.name AS host, h.kind::text AS host_kind, h.config AS host_config, h.root, h.address, i.port, s.settings->'health' AS check, s.settings->'runs' AS runs, c.watched, clock_timestamp() AS asked_at
    FROM claimed c
    JOIN instances i ON i.id = c.instance_id
    JOIN hosts h ON h.name = i.host
    JOIN activations a ON a.instance_id = i.id AND a.ended_at IS NULL
    JOIN settings_revisions s ON s.service = a.service AND s.revision = a.revision`;
  return rows.map((row) => ({
    instance: row.instance_id,
    host: hostRefOf({ ...row, name: row.host, kind: row.host_kind, config: row.host_config }),
    address: row.address,
    port: row.port,
    check: stored<HealthCheck>(row.check),
    mayRestart: row.watched && restartsItself(runsOf(row.runs)),
    askedAt: row.asked_at,
  }));
}

interface Changed {
  readonly instance_id: string;
  readonly service: string;
  readonly healthy: boolean;
  readonly was: boolean | null;
  readonly version: string | null;
  readonly detail: Prisma.JsonValue;
  readonly restarts: number;
  readonly restarted: boolean;
}

export async function recordHealth(db: Database, answers: readonly HealthRecord[]): Promise<void> {
  if (answers.length === 0) return;
  const records = answers.map(({ question, answer, restarts }) => ({
    instance_id: question.instance,
    asked_at: question.askedAt,
    healthy: answer.healthy,
    restarts,
    latency_ms: answer.latencyMs,
    detail: { code: answer.detail.code, params: { status: answer.detail.status, path: answer.detail.path } },
  }));
  await inTransaction(db, async (tx) => {
    const rows = await tx.$queryRaw<Changed[]>`
      WITH answers AS (
        SELECT * FROM jsonb_to_recordset(${JSON.stringify(records)}::jsonb) AS r(instance_id text, asked_at timestamptz, healthy boolean, restarts int, latency_ms double precision, detail jsonb)
      ), before AS (
        SELECT o.instance_id, o.healthy, o.restarts FROM observations o JOIN answers r ON r.instance_id = o.instance_id
        WHERE o.checked_at IS NULL OR o.checked_at <= r.asked_at FOR UPDATE OF o
      ), written AS (
        UPDATE observations o SET healthy = r.healthy, latency_ms = r.latency_ms, detail = r.detail, checked_at = clock_timestamp(),
          unhealthy_since = CASE WHEN r.healthy THEN NULL WHEN b.healthy = false THEN o.unhealthy_since ELSE clock_timestamp() END,
          restarts = coalesce(r.restarts, o.restarts), restarted_at = CASE WHEN r.restarts > b.restarts THEN clock_timestamp() ELSE o.restarted_at END
        FROM answers r JOIN before b ON b.instance_id = r.instance_id WHERE o.instance_id = r.instance_id
          AND ${NOT_BEING_CHANGED}
        RETURNING o.instance_id, o.healthy, b.healthy AS was, o.detail, o.restarts, o.restarts > b.restarts AS restarted)
      SELECT w.instance_id, i.service, w.healthy, w.was, w.detail, w.restarts, w.restarted, a.version FROM written w
      JOIN instances i ON i.id = w.instance_id
      LEFT JOIN activations a ON a.instance_id = i.id AND a.ended_at IS NULL
      WHERE w.restarted OR w.was IS DISTINCT FROM w.healthy`;
    const told = rows.filter((row) => row.was !== row.healthy && (row.was !== null || !row.healthy));
    // What falls over is looked at on its host at once: gone, or there and not answering?
    await inspectSoon(
      tx,
      told.filter((row) => !row.healthy).map((row) => row.instance_id),
    );
    await writeEvents(tx, [...told.map(healthEvent), ...rows.filter((row) => row.restarted).map(restartEvent)]);
  });
}

function healthEvent(row: Changed): NewEvent {
  const detail = stored<{ code: string; params: { status: number | null; path: string | null } }>(row.detail);
  return {
    code: "instance_health_changed",
    params: {
      instance: row.instance_id,
      healthy: row.healthy,
      version: row.version,
      detail: detail.code,
      status: detail.params.status,
      path: detail.params.path,
    },
    service: row.service,
    instanceId: row.instance_id,
  };
}

/** Its host started it again by itself: another process runs than was verified. */
export function restartEvent(row: Pick<Changed, "instance_id" | "service" | "version" | "restarts">): NewEvent {
  return {
    code: "instance_restarted",
    params: { instance: row.instance_id, version: row.version, count: row.restarts },
    service: row.service,
    instanceId: row.instance_id,
  };
}
