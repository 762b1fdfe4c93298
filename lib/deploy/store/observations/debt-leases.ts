/** Who works on what is owed: leases in the rows, in the database's time. */
import type { HostKind } from "../../ports";
import type { Debt } from "../../ports/observations";
import type { Database } from "../database";
import type { Prisma } from "../generated/client";
import { hostRefOf } from "../host-ref";
import { settingsOf } from "../settings-revision";

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
  readonly host_kind: HostKind;
  readonly host_config: Prisma.JsonValue;
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
      i.generation AS instance_generation, h.name AS host, h.kind::text AS host_kind, h.config AS host_config, h.address, h.root, i.port, s.settings, c.asks
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
    host: hostRefOf({ ...row, name: row.host, kind: row.host_kind, config: row.host_config }),
    port: row.port,
    settings: settingsOf(row.settings),
    asks: row.asks,
  }));
}

/** Of these, the leases that had not run out. Whoever calls knows by its own clock that they were its own. */
export async function renewDebts(db: Database, ids: readonly bigint[], leaseMs: number): Promise<readonly bigint[]> {
  const rows = await db.$queryRaw<{ id: bigint }[]>`
    UPDATE owed SET lease_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1000}::double precision)
    WHERE id = ANY(${[...ids]}) AND settled_at IS NULL AND lease_until > clock_timestamp() RETURNING id`;
  return rows.map((row) => row.id);
}

export async function releaseDebts(db: Database, ids: readonly bigint[]): Promise<void> {
  await db.$executeRaw`UPDATE owed SET lease_until = NULL WHERE id = ANY(${[...ids]}) AND settled_at IS NULL`;
}

export async function postponeDebt(db: Database, debt: Debt): Promise<void> {
  const seconds = Math.min(0.5 * 2 ** Math.min(debt.asks, 10), 60);
  await db.$executeRaw`UPDATE owed SET asks = asks + 1, lease_until = NULL, next_ask_at = clock_timestamp() + make_interval(secs => ${seconds}::double precision) WHERE id = ${debt.id}`;
}
