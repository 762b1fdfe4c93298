/** The rollback buttons of many services at once: what one click would take back. The full plan is made when somebody looks at it. */

import { newestStable, type PastRun, takeBackDestination } from "../../domain/rollback-target";
import type { Coded } from "../../domain/rollout-state";
import type { OneClick, Rollbacks } from "../../ports/rollbacks";
import type { Database } from "../database";
import { grouped } from "../reads/grouped";
import { createPlanReads } from "./plan-reads";

export interface RollbackSummaryOptions {
  readonly trustedAfterS: number;
}

export function createRollbacks(db: Database, options: RollbackSummaryOptions): Rollbacks {
  const known = new Map<string, Known>();
  return {
    summary: async (services) => {
      const marks = await marksOf(db, services);
      const fresh = (service: string) => known.get(service)?.mark === marks.get(service);
      const asked = services.filter((service) => !fresh(service));
      for (const [service, button] of await askButtons(db, asked, options))
        known.set(service, { mark: marks.get(service), button });
      return new Map(services.map((service) => [service, known.get(service)?.button ?? NOTHING]));
    },
    targets: async (instanceIds) => {
      const [newest, withdrawn] = await Promise.all([newestRuns(db, instanceIds), withdrawnVersions(db, instanceIds)]);
      const named = (id: string, history: readonly RecentRun[]) => namedTarget(history, withdrawn.get(id) ?? new Set());
      const found = new Map(instanceIds.map((id) => [id, named(id, newest.get(id) ?? [])]));
      const open = [...newest].filter(([id, runs]) => !tellsEnough(runs, found.get(id) ?? null)).map(([id]) => id);
      const histories = await createPlanReads(db).histories(open);
      for (const [id, history] of histories) found.set(id, named(id, history));
      return found;
    },
  };
}

interface Known {
  readonly mark: string | undefined;
  readonly button: OneClick;
}
const NOTHING: OneClick = { state: "nothing", runs: [] };

/**
 * A button changes with an event of its service, with the hosts that answer, and with the hour (how old a rollout is): as long as none
 * of these did, what was found out before still holds.
 */
async function marksOf(db: Database, services: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await db.$queryRaw<{ service: string; mark: string }[]>`
    SELECT s.name AS service, concat_ws(' ', coalesce(e.pos, 0), date_trunc('hour', clock_timestamp()),
      (SELECT string_agg(name, ',' ORDER BY name) FROM hosts WHERE reachable = false)) AS mark
    FROM services s LEFT JOIN LATERAL (SELECT pos FROM events WHERE service = s.name AND pos IS NOT NULL ORDER BY pos DESC LIMIT 1) e ON true
    WHERE s.name = ANY(${[...services]})`;
  return new Map(rows.map((row) => [row.service, row.mark]));
}

async function askButtons(
  db: Database,
  services: readonly string[],
  options: RollbackSummaryOptions,
): Promise<ReadonlyMap<string, OneClick>> {
  if (services.length === 0) return new Map();
  const [running, candidates, runs] = await Promise.all([
    liveRollbacks(db, services),
    takeBackRows(db, services),
    runningVersions(db, services),
  ]);
  const buttons = new Map<string, OneClick>();
  for (const service of services) {
    const live = running.get(service);
    const candidate = candidates.get(service);
    const offered = live ?? (candidate && (await buttonOf(db, candidate, options)));
    buttons.set(service, offered ?? { state: "nothing", runs: runs.get(service) ?? [] });
  }
  return buttons;
}

/** So many runs of an instance nearly always tell where it could go back to. */
const NEWEST = 4;
type RecentRun = Pick<PastRun, "version" | "revision" | "outcome">;

/** In the order of the rows. */
async function newestRuns(db: Database, instanceIds: readonly string[]): Promise<ReadonlyMap<string, readonly RecentRun[]>> {
  const rows = await db.$queryRaw<(RecentRun & { readonly instanceId: string })[]>`
    SELECT a.instance_id AS "instanceId", a.version, a.revision, a.outcome::text
    FROM unnest(${[...instanceIds]}::text[]) AS i(id)
    CROSS JOIN LATERAL (SELECT * FROM activations WHERE instance_id = i.id ORDER BY id DESC LIMIT ${NEWEST}) a
    ORDER BY a.id`;
  return grouped(rows, (row) => row.instanceId);
}

/** Whether older runs would change nothing: there are none, or what runs and where it could go back to are among the newest. */
function tellsEnough(runs: readonly RecentRun[], found: string | null): boolean {
  return runs.length < NEWEST || (found !== null && runs.some((run) => run.outcome === null));
}

function namedTarget(history: readonly RecentRun[], withdrawn: ReadonlySet<string>): string | null {
  const running = history.find((run) => run.outcome === null)?.version ?? null;
  return newestStable(history, withdrawn, running)?.version ?? null;
}

async function withdrawnVersions(
  db: Database,
  instanceIds: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const rows = await db.$queryRaw<{ id: string; versions: string[] }[]>`
    SELECT i.id, array_agg(v.version) AS versions FROM instances i JOIN versions v ON v.service = i.service AND v.withdrawn_at IS NOT NULL
    WHERE i.id = ANY(${[...instanceIds]}) GROUP BY i.id`;
  return new Map(rows.map((row) => [row.id, new Set(row.versions)]));
}

async function liveRollbacks(db: Database, services: readonly string[]): Promise<ReadonlyMap<string, OneClick>> {
  const rows = await db.$queryRaw<
    {
      service: string;
      id: string;
      requested_by: string;
      created_at: Date;
      scheduled_until: Date | null;
      takes_back: string | null;
      from_versions: string[] | null;
      to_versions: string[] | null;
    }[]
  >`
    SELECT DISTINCT ON (r.service) r.service, r.id, r.requested_by, r.created_at, CASE WHEN r.status = 'scheduled' THEN r.scheduled_until END AS scheduled_until, r.takes_back,
      (SELECT array_agg(DISTINCT t.from_version) FILTER (WHERE t.from_version IS NOT NULL) FROM rollout_targets t WHERE t.rollout_id = r.id) AS from_versions,
      (SELECT array_agg(DISTINCT t.to_version) FROM rollout_targets t WHERE t.rollout_id = r.id) AS to_versions
    FROM rollouts r WHERE r.service = ANY(${[...services]}) AND r.kind = 'rollback' AND r.completed_at IS NULL ORDER BY r.service, r.created_at DESC, r.id DESC`;
  return new Map(
    rows.map((row) => [
      row.service,
      {
        state: "running",
        rolloutId: row.id,
        requestedBy: row.requested_by,
        createdAt: row.created_at,
        scheduledUntil: row.scheduled_until,
        takesBack: row.takes_back,
        from: row.from_versions ?? [],
        to: row.to_versions ?? [],
      },
    ]),
  );
}

interface TakeBackRow {
  readonly service: string;
  readonly id: string;
  readonly created_at: Date;
  readonly instances: string[];
  readonly from_versions: string[];
  /** null among them: the plain answer does not hold for some instance. */
  readonly to_versions: (string | null)[];
  readonly unreachable: boolean;
  readonly barrier: string | null;
  readonly youngest_s: number | null;
}

/**
 * The newest deployment of each service that changed something, with what still runs because of it, restarted since or not, and what
 * that replaced.
 */
async function takeBackRows(db: Database, services: readonly string[]): Promise<ReadonlyMap<string, TakeBackRow>> {
  const rows = await db.$queryRaw<TakeBackRow[]>`
    WITH candidates AS (
      SELECT s.name AS service, r.id, r.created_at FROM services s
      CROSS JOIN LATERAL (SELECT id, created_at FROM rollouts WHERE service = s.name AND kind = 'deployment' AND changed ORDER BY created_at DESC, id DESC LIMIT 1) r
      WHERE s.name = ANY(${[...services]})
    ), moved AS (
      SELECT c.service, c.id, c.created_at, a.instance_id, a.version AS from_version,
        CASE WHEN n.outcome IN ('replaced', 'restored') AND v.withdrawn_at IS NULL AND p.version <> a.version THEN p.version END AS to_version,
        h.reachable, b.barrier_reason, extract(epoch FROM p.ended_at - p.started_at)::float8 AS ran_s
      FROM candidates c
      JOIN rollouts o ON o.service = c.service AND (o.id = c.id OR o.restart)
      JOIN activations r ON r.rollout_id = o.id AND r.ended_at IS NULL
      CROSS JOIN LATERAL (
        WITH RECURSIVE back AS (
          SELECT r.*
          UNION ALL
          SELECT before.* FROM back b JOIN activations before ON before.id = b.replaces_id AND before.version = b.version AND before.revision = b.revision
        ) SELECT * FROM back ORDER BY id LIMIT 1) a
      JOIN instances i ON i.id = a.instance_id AND i.retired_at IS NULL
      JOIN hosts h ON h.name = i.host
      LEFT JOIN activations p ON p.id = a.replaces_id
      LEFT JOIN LATERAL (SELECT outcome FROM activations x WHERE x.instance_id = a.instance_id AND x.version = p.version ORDER BY id DESC LIMIT 1) n ON true
      LEFT JOIN versions v ON v.service = c.service AND v.version = p.version
      LEFT JOIN versions b ON b.service = c.service AND b.version = a.version
      WHERE a.rollout_id = c.id AND a.opened_by <> 'put_back'
    )
    SELECT service, id, created_at, array_agg(instance_id ORDER BY instance_id) AS instances, array_agg(DISTINCT from_version) AS from_versions, array_agg(DISTINCT to_version) AS to_versions,
      coalesce(bool_or(reachable = false), false) AS unreachable, min(barrier_reason) AS barrier, min(ran_s) AS youngest_s
    FROM moved GROUP BY service, id, created_at`;
  return new Map(rows.map((row) => [row.service, row]));
}

async function buttonOf(
  db: Database,
  row: TakeBackRow,
  { trustedAfterS }: RollbackSummaryOptions,
): Promise<OneClick | undefined> {
  const plain = row.to_versions.flatMap((version) => (version === null ? [] : [version]));
  const exact =
    plain.length === row.to_versions.length ? { to: plain, instances: row.instances.length } : await destinations(db, row);
  if (exact.instances === 0) return undefined;
  const cautions: Coded[] = [];
  if (row.barrier !== null) cautions.push({ code: "barrier", params: { reason: row.barrier } });
  const hours = Math.round((Date.now() - row.created_at.getTime()) / 3_600_000);
  if (hours > 24) cautions.push({ code: "rollout_old", params: { hours } });
  if (exact.to.length > 1) cautions.push({ code: "several_targets", params: { versions: exact.to } });
  if (row.unreachable) cautions.push({ code: "host_unreachable", params: {} });
  if (row.youngest_s !== null && row.youngest_s < trustedAfterS)
    cautions.push({ code: "target_young", params: { seconds: Math.round(row.youngest_s) } });
  return { state: cautions.length > 0 ? "caution" : "ready", takesBack: row.id, from: row.from_versions, ...exact, cautions };
}

/** Where what was replaced is no longer good, each instance's history is asked. */
async function destinations(
  db: Database,
  row: TakeBackRow,
): Promise<{ readonly to: readonly string[]; readonly instances: number }> {
  const histories = await createPlanReads(db).histories(row.instances);
  const withdrawn = await withdrawnVersions(db, row.instances);
  const found = row.instances.flatMap(
    (id) => takeBackDestination(histories.get(id) ?? [], withdrawn.get(id) ?? new Set())?.version ?? [],
  );
  return { to: [...new Set(found)], instances: found.length };
}

async function runningVersions(db: Database, services: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await db.$queryRaw<{ service: string; versions: string[] }[]>`
    SELECT a.service, array_agg(DISTINCT a.version) AS versions FROM activations a JOIN instances i ON i.id = a.instance_id AND i.retired_at IS NULL
    WHERE a.service = ANY(${[...services]}) AND a.ended_at IS NULL GROUP BY a.service`;
  return new Map(rows.map((row) => [row.service, row.versions]));
}
