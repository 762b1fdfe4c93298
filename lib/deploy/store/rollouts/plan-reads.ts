/** What planning a rollout asks: inside an acceptance, in its transaction; for a preview, on its own. */
import type { PastRun } from "../../domain/rollback-target";
import type { RolloutKind } from "../../domain/statuses";
import type { Strategy, StrategyChoice } from "../../domain/strategy";
import type { CatalogueVersion, PlannedInstance, PlanReads, RolloutFacts, Unfinished } from "../../ports/rollouts";
import type { Tx } from "../database";
import { Prisma, type Rollout as RolloutRow } from "../generated/client";
import { stored } from "../json";
import { isWorkerAlive } from "../worker-alive";
import { readPastTimes } from "./past-times";
import { releaseOf } from "./rows";
import { databaseNow } from "./snapshot";
import { UNFINISHED } from "./unfinished";

export function createPlanReads(tx: Tx): PlanReads {
  return {
    service: (name) => readService(tx, name),
    instances: (service, ids) => readInstances(tx, service, ids),
    whereabouts: async (ids) => {
      const rows = await tx.instance.findMany({
        where: { id: { in: [...ids] }, retiredAt: null },
        select: { id: true, service: true },
      });
      return new Map(rows.map((row) => [row.id, row.service]));
    },
    versions: (service) => readVersions(tx, service),
    histories: (instances) => readHistories(tx, instances),
    revisionOf: async (service, version) => {
      const row = await tx.activation.findFirst({
        where: { service, version, outcome: { not: "failed" } },
        orderBy: { id: "desc" },
        select: { revision: true },
      });
      const open = await tx.activation.findFirst({
        where: { service, version, endedAt: null },
        orderBy: { id: "desc" },
        select: { revision: true },
      });
      return open?.revision ?? row?.revision ?? null;
    },
    newestChangedDeployment: async (service) => {
      const row = await tx.rollout.findFirst({
        where: { service, kind: "deployment", changed: true },
        orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      });
      return row ? factsOf(row) : null;
    },
    rollout: async (id) => {
      const row = await tx.rollout.findUnique({ where: { id } });
      return row ? factsOf(row) : null;
    },
    newest: async (service) => {
      const row = await tx.rollout.findFirst({ where: { service }, orderBy: [{ createdAt: "desc" }, { id: "desc" }] });
      return row ? { ...factsOf(row), reason: row.reason } : null;
    },
    takenBackBy: async (id) => {
      const row = await tx.rollout.findFirst({
        where: { takesBack: id, kind: "rollback", status: { not: "cancelled" } },
        orderBy: { createdAt: "desc" },
      });
      if (!row) return null;
      const owed = await tx.owed.findMany({
        where: { rolloutId: row.id, duty: "restore", settledAt: null },
        select: { instanceId: true },
      });
      return { ...factsOf(row), owes: owed.map((debt) => debt.instanceId) };
    },
    overlapping: (service, instances) => readOverlapping(tx, service, instances),
    pastTimes: (service, kind) => readPastTimes(tx, service, kind),
    ranWell: (service, versions) => tx.$queryRaw`
      SELECT version, extract(epoch FROM max(coalesce(ended_at, clock_timestamp()) - started_at))::float8 AS seconds,
        (count(*) FILTER (WHERE outcome IN ('failed', 'replaced_down')))::int AS errors
      FROM activations WHERE service = ${service} AND version = ANY(${[...versions]}) GROUP BY version`,
    justActed: async (service, besides) => {
      const [row] = await tx.$queryRaw<{ by: string; seconds: number }[]>`
        SELECT requested_by AS by, extract(epoch FROM clock_timestamp() - created_at)::float8 AS seconds FROM rollouts
        WHERE service = ${service} AND requested_by <> ${besides} AND created_at > clock_timestamp() - interval '1 minute' ORDER BY created_at DESC LIMIT 1`;
      return row ?? null;
    },
    workersAlive: async () => {
      const [row] = await tx.$queryRaw<{ alive: number }[]>`
        SELECT count(*)::int AS alive FROM workers WHERE ${isWorkerAlive}`;
      return row?.alive ?? 0;
    },
    unfinished: (id) => readUnfinished(tx, id),
    exists: async (id) => (await tx.rollout.count({ where: { id } })) > 0,
    now: async () => new Date(await databaseNow(tx)),
  };
}

function factsOf(row: RolloutRow): RolloutFacts {
  const { id, service, kind, status, takesBack, requestedBy, createdAt, completedAt, scheduledUntil } = row;
  return {
    id,
    service,
    kind,
    status,
    statusReason: stored(row.statusReason),
    takesBack,
    requestedBy,
    createdAt,
    completedAt,
    scheduledUntil,
  };
}

async function readService(tx: Tx, name: string): Promise<Awaited<ReturnType<PlanReads["service"]>>> {
  const row = await tx.service.findFirst({ where: { name, deletedAt: null } });
  if (!row) return null;
  const settings = await tx.settingsRevision.findUniqueOrThrow({
    where: { service_revision: { service: name, revision: row.revision } },
  });
  const { strategy } = stored<{ strategy: StrategyChoice }>(settings.settings);
  const heldBy =
    row.heldBy === null || row.heldAt === null
      ? null
      : { by: row.heldBy, at: row.heldAt, reason: row.heldReason, rollout: row.heldRolloutId };
  return { service: name, revision: row.revision, strategy, heldBy };
}

interface InstanceRow {
  readonly id: string;
  readonly service: string;
  readonly host: string;
  readonly zone: string | null;
  readonly host_reachable: boolean | null;
  readonly version: string | null;
  readonly revision: number | null;
  readonly since: Date | null;
  readonly activated_by: string | null;
  readonly opened_by: string | null;
  readonly healthy: boolean | null;
  readonly releases: string[] | null;
  readonly held_by: string | null;
  readonly held_kind: RolloutKind | null;
  readonly under_way: boolean | null;
  readonly held_direction: "forward" | "back" | null;
  readonly held_from_version: string | null;
  readonly held_from_revision: number | null;
  readonly held_to_version: string | null;
  readonly held_to_revision: number | null;
}

async function readInstances(tx: Tx, service: string, ids: readonly string[] | null): Promise<readonly PlannedInstance[]> {
  const only = ids === null ? Prisma.empty : Prisma.sql`AND i.id = ANY(${[...ids]})`;
  const rows = await tx.$queryRaw<InstanceRow[]>`
    SELECT i.id, i.service, i.host, h.zone, h.reachable AS host_reachable, a.version, a.revision, a.started_at AS since, a.rollout_id AS activated_by, a.opened_by::text,
      o.healthy, CASE WHEN h.inspected_at IS NULL THEN NULL ELSE h.releases END AS releases,
      t.rollout_id AS held_by, r.kind::text AS held_kind, t.status IN ('switching', 'verifying', 'unknown') AND (t.memory->>'began')::boolean AS under_way,
      t.direction::text AS held_direction, t.from_version AS held_from_version, t.from_revision AS held_from_revision, t.to_version AS held_to_version, t.to_revision AS held_to_revision
    FROM instances i
    JOIN hosts h ON h.name = i.host
    LEFT JOIN activations a ON a.instance_id = i.id AND a.ended_at IS NULL
    LEFT JOIN observations o ON o.instance_id = i.id
    LEFT JOIN rollout_targets t ON t.instance_id = i.id AND t.holding
    LEFT JOIN rollouts r ON r.id = t.rollout_id
    WHERE i.service = ${service} AND i.retired_at IS NULL ${only}
    ORDER BY i.id`;
  return rows.map(plannedOf);
}

function plannedOf(row: InstanceRow): PlannedInstance {
  const running = releaseOf(row.version, row.revision);
  const to = releaseOf(row.held_to_version, row.held_to_revision);
  return {
    instance: row.id,
    service: row.service,
    host: row.host,
    zone: row.zone,
    running:
      running === null || row.since === null
        ? null
        : { ...running, rollout: row.activated_by, openedBy: row.opened_by ?? "", since: row.since },
    healthy: row.healthy,
    hostReachable: row.host_reachable,
    releasesOnHost: row.releases,
    heldBy:
      row.held_by === null || row.held_kind === null || to === null
        ? null
        : {
            rollout: row.held_by,
            kind: row.held_kind,
            underWay: row.under_way === true,
            direction: row.held_direction ?? "forward",
            from: releaseOf(row.held_from_version, row.held_from_revision),
            to,
          },
  };
}

async function readVersions(tx: Tx, service: string): Promise<readonly CatalogueVersion[]> {
  const rows = await tx.version.findMany({ where: { service }, orderBy: { firstSeenAt: "desc" } });
  return rows.map((row) => ({
    version: row.version,
    packageUrl: row.packageUrl,
    packageSha256: row.packageSha256,
    releaseSha256: row.releaseSha256,
    releaseSize: Number(row.releaseSize),
    firstSeenAt: row.firstSeenAt,
    barrier: row.barrierReason === null ? null : { reason: row.barrierReason },
    withdrawn: row.withdrawnAt !== null,
  }));
}

async function readHistories(tx: Tx, instances: readonly string[]): Promise<ReadonlyMap<string, readonly PastRun[]>> {
  const rows = await tx.activation.findMany({ where: { instanceId: { in: [...instances] } }, orderBy: { id: "asc" } });
  const histories = new Map<string, PastRun[]>();
  for (const row of rows) {
    const run = {
      id: String(row.id),
      version: row.version,
      revision: row.revision,
      openedBy: row.openedBy,
      rollout: row.rolloutId,
      replaces: row.replacesId === null ? null : String(row.replacesId),
      outcome: row.outcome,
    };
    const history = histories.get(row.instanceId);
    if (history) history.push(run);
    else histories.set(row.instanceId, [run]);
  }
  return histories;
}

async function readOverlapping(
  tx: Tx,
  service: string,
  instances: readonly string[],
): Promise<Awaited<ReturnType<PlanReads["overlapping"]>>> {
  const targets = await tx.$queryRaw<{ rollout_id: string; instance_id: string }[]>`
    SELECT t.rollout_id, t.instance_id FROM rollout_targets t JOIN rollouts r ON r.id = t.rollout_id
    WHERE r.service = ${service} AND r.completed_at IS NULL AND t.instance_id = ANY(${[...instances]})
      AND ${UNFINISHED}`;
  const rows = await tx.rollout.findMany({
    where: { id: { in: [...new Set(targets.map((target) => target.rollout_id))] } },
    orderBy: { createdAt: "asc" },
  });
  return rows.map((row) => ({
    ...factsOf(row),
    instances: targets.filter((target) => target.rollout_id === row.id).map((target) => target.instance_id),
  }));
}

async function readUnfinished(tx: Tx, id: string): Promise<Unfinished | null> {
  const row = await tx.rollout.findUnique({
    where: { id },
    include: { targets: { where: { status: { not: "succeeded" } }, orderBy: { position: "asc" } } },
  });
  if (!row) return null;
  const versions = new Set(row.targets.map((target) => target.toVersion));
  return {
    service: row.service,
    version: row.version ?? (versions.size === 1 ? (row.targets[0]?.toVersion ?? null) : null),
    instances: row.targets.map((target) => target.instanceId),
    goals: new Map(row.targets.map((target) => [target.instanceId, { version: target.toVersion, revision: target.toRevision }])),
    strategy: stored<Strategy>(row.strategy),
    reason: row.reason,
    metadata: stored<Record<string, string>>(row.metadata),
    packageUrl: row.packageUrl,
    packageSha256: row.packageSha256,
    restart: row.restart,
    barrier: row.barrier === null ? null : { reason: stored<{ reason: string }>(row.barrier).reason },
    hold: row.hold,
    pastBarrier: await mayPassBarriers(tx, row),
  };
}

/** What a person said when it was first asked for holds for every further try. */
async function mayPassBarriers(tx: Tx, row: RolloutRow): Promise<boolean> {
  const first = row.retryOf === null ? null : await tx.rollout.findUnique({ where: { id: row.retryOf } });
  return first ? mayPassBarriers(tx, first) : stored<{ pastBarrier?: boolean }>(row.request).pastBarrier === true;
}
