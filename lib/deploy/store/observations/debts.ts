/** What is owed to instances whose hosts could not be asked. */
import type { ServiceSettings } from "../../domain/settings";
import type { Debt, Settlement } from "../../ports/observations";
import { type Database, inTransaction, type Tx } from "../database";
import { writeEvents } from "../events";
import type { Prisma } from "../generated/client";
import { stored } from "../json";
import { writeHistory } from "../rollouts/history";
import { lockRollouts } from "../rollouts/snapshot";

interface DebtRow {
  readonly id: bigint;
  readonly instance_id: string;
  readonly service: string;
  readonly rollout_id: string;
  readonly duty: Debt["duty"];
  readonly tx: string;
  readonly version: string;
  readonly revision: number;
  readonly release_sha256: string | null;
  readonly release_size: bigint | null;
  readonly package_url: string | null;
  readonly package_sha256: string | null;
  readonly generation: bigint;
  readonly instance_generation: bigint;
  readonly host: string;
  readonly host_kind: "local" | "ssh";
  readonly address: string;
  readonly root: string;
  readonly port: number;
  readonly settings: Prisma.JsonValue;
  readonly asks: number;
}

export async function claimDebts(db: Database, limit: number, leaseMs: number): Promise<readonly Debt[]> {
  const rows = await db.$queryRaw<DebtRow[]>`
    WITH claimed AS (
      UPDATE owed SET lease_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1000}::double precision)
      WHERE id IN (SELECT id FROM owed WHERE settled_at IS NULL AND next_ask_at <= clock_timestamp() AND (lease_until IS NULL OR lease_until < clock_timestamp())
        ORDER BY next_ask_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
      RETURNING *)
    SELECT c.id, c.instance_id, i.service, c.rollout_id, c.duty, c.tx, c.version, c.revision, v.release_sha256, v.release_size, v.package_url, v.package_sha256, c.generation,
      i.generation AS instance_generation, h.name AS host, h.kind::text AS host_kind, h.address, h.root, i.port, s.settings, c.asks
    FROM claimed c JOIN instances i ON i.id = c.instance_id JOIN hosts h ON h.name = i.host
    JOIN settings_revisions s ON s.service = i.service AND s.revision = c.revision
    LEFT JOIN versions v ON v.service = i.service AND v.version = c.version`;
  return rows.map((row) => ({
    id: row.id,
    instance: row.instance_id,
    service: row.service,
    rolloutId: row.rollout_id,
    duty: row.duty,
    tx: row.tx,
    release: { version: row.version, revision: row.revision },
    releaseRef:
      row.release_sha256 === null || row.release_size === null
        ? null
        : { sha256: row.release_sha256, size: Number(row.release_size) },
    source: { url: row.package_url ?? "", sha256: row.package_sha256 ?? "" },
    generation: Number(row.generation),
    instanceGeneration: Number(row.instance_generation),
    host: { name: row.host, kind: row.host_kind, address: row.address, root: row.root },
    port: row.port,
    settings: stored<ServiceSettings>(row.settings),
    asks: row.asks,
  }));
}

/** null: something newer has the instance. */
export async function fenceDebt(db: Database, debt: Debt): Promise<number | null> {
  const rows = await db.$queryRaw<{ generation: bigint }[]>`
    UPDATE instances SET generation = ${debt.generation + 1} WHERE id = ${debt.instance} AND generation IN (${debt.generation}, ${debt.generation + 1})
      AND NOT EXISTS (SELECT 1 FROM rollout_targets t WHERE t.instance_id = ${debt.instance} AND t.generation > ${debt.generation}) RETURNING generation`;
  return rows[0] ? Number(rows[0].generation) : null;
}

export async function settleDebt(db: Database, debt: Debt, settlement: Settlement): Promise<void> {
  await inTransaction(db, async (tx) => {
    await lockRollouts(tx, [debt.rolloutId]);
    // What a newer holder has recorded, or is about to, is not told over by what was found out before.
    const outcome = (await hasNewerHolder(tx, debt)) ? ({ kind: "newer" } as const) : settlement;
    const settled = await tx.owed.updateMany({
      where: { id: debt.id, settledAt: null },
      data: { settledAt: new Date(), outcome: outcome.kind },
    });
    if (settled.count === 0) return;
    await record(tx, debt, outcome);
    await writeEvents(tx, [
      {
        code: "target_settled_late",
        params: { instance: debt.instance, version: debt.release.version, status: outcome.kind },
        rolloutId: debt.rolloutId,
        service: debt.service,
        instanceId: debt.instance,
      },
    ]);
  });
}

/** Locks the instance, so that nobody takes it before this is written. */
async function hasNewerHolder(tx: Tx, debt: Debt): Promise<boolean> {
  await tx.$queryRaw`SELECT id FROM instances WHERE id = ${debt.instance} FOR UPDATE`;
  return (await tx.rolloutTarget.count({ where: { instanceId: debt.instance, generation: { gt: debt.generation } } })) > 0;
}

/** Under the rollout and the attempt whose change it was: the one that owes it, or one whose instance that had taken over. */
async function record(tx: Tx, debt: Debt, settlement: Settlement): Promise<void> {
  const at = debt.tx.lastIndexOf(":");
  const rolloutId = debt.tx.slice(0, at);
  const attempt = Number(debt.tx.slice(at + 1));
  const rollout = await tx.rollout.findUniqueOrThrow({ where: { id: rolloutId }, select: { requestedBy: true, kind: true } });
  const target = await tx.rolloutTarget.findUnique({
    where: { rolloutId_instanceId: { rolloutId, instanceId: debt.instance } },
    select: { direction: true, attempt: true },
  });
  const back = target?.direction === "back" && target.attempt === attempt;
  const opener = rollout.kind === "rollback" ? "rollback" : back ? "put_back" : "deployment";
  const now = Date.now();
  if (settlement.kind === "runs") {
    await writeHistory(tx, debt.service, rollout.requestedBy, [
      {
        kind: "runs",
        instance: debt.instance,
        release: settlement.release,
        opener,
        rollout: rolloutId,
        attempt,
        changed: settlement.changed,
        at: now,
      },
    ]);
  } else if (settlement.kind === "failed") {
    const { failure, durationMs, runs } = settlement;
    const outcome = failure.code === "cancelled" ? "put_back" : "failed";
    await writeHistory(tx, debt.service, rollout.requestedBy, [
      {
        kind: "failed",
        instance: debt.instance,
        release: debt.release,
        opener,
        rollout: rolloutId,
        attempt,
        outcome,
        failure,
        startedAt: now - durationMs,
        endedAt: now,
        runs,
      },
    ]);
  }
}

export async function postponeDebt(db: Database, debt: Debt): Promise<void> {
  const seconds = Math.min(0.5 * 2 ** Math.min(debt.asks, 10), 60);
  await db.$executeRaw`UPDATE owed SET asks = asks + 1, lease_until = NULL, next_ask_at = clock_timestamp() + make_interval(secs => ${seconds}::double precision) WHERE id = ${debt.id}`;
}
