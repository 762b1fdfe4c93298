/** Who drives a rollout, and who does a step: leases in their own rows, in the database's time. */
import type { StepOutcome } from "../../domain/step-outcome";
import type { HostKind } from "../../ports";
import type { Claimed, ClaimedStep, RenewedLeases, StepInput } from "../../ports/rollouts";
import type { Database } from "../database";
import { Prisma } from "../generated/client";
import { hostRefOf } from "../host-ref";
import { jsonText, stored } from "../json";

/** What rests, for its time or for a person, is nobody's to drive until `wake_at`. Rollbacks come first. */
export async function claimRollouts(
  db: Database,
  owner: string,
  limit: number,
  leaseMs: number,
  onlyRollbacks: boolean,
): Promise<readonly Claimed[]> {
  const only = onlyRollbacks ? Prisma.sql`AND kind = 'rollback'` : Prisma.empty;
  const rows = await db.$queryRaw<{ id: string; lease_no: bigint; lost_by: string | null }[]>`
    WITH due AS MATERIALIZED (
      SELECT id, lease_owner FROM rollouts WHERE completed_at IS NULL AND (lease_until IS NULL OR lease_until < clock_timestamp())
        AND (status NOT IN ('scheduled', 'paused') OR wake_at IS NULL OR wake_at < clock_timestamp() + interval '1 second') ${only}
      ORDER BY kind = 'rollback' DESC, wake_at NULLS LAST, id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    UPDATE rollouts r SET lease_owner = ${owner}, lease_no = lease_no + 1, lease_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1000}::double precision)
    FROM due WHERE r.id = due.id RETURNING r.id, r.lease_no, due.lease_owner AS lost_by`;
  return rows.map((row) => ({ id: row.id, leaseNo: row.lease_no, leaseMs, lostBy: row.lost_by }));
}

/**
 * A row that somebody has locked is not waited for: its lease is still kept. The owner's own decision begins it anew (`writeRollout`); after
 * anybody else's transaction it is renewed at the next turn.
 */
export async function renewRollouts(
  db: Database,
  owner: string,
  ids: readonly string[],
  leaseMs: number,
): Promise<RenewedLeases> {
  const rows = await db.$queryRaw<{ id: string; renewed: boolean }[]>`
    WITH own AS (
      SELECT id FROM rollouts WHERE id = ANY(${[...ids]}) AND lease_owner = ${owner} AND lease_until > clock_timestamp() AND completed_at IS NULL
    ), free AS (
      SELECT id FROM rollouts WHERE id IN (SELECT id FROM own) ORDER BY id FOR UPDATE SKIP LOCKED
    ), renewed AS (
      UPDATE rollouts r SET lease_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1000}::double precision)
      FROM free WHERE r.id = free.id AND r.lease_owner = ${owner} AND r.completed_at IS NULL RETURNING r.id)
    SELECT own.id, renewed.id IS NOT NULL AS renewed FROM own LEFT JOIN renewed ON renewed.id = own.id`;
  return { kept: rows.map((row) => row.id), renewed: rows.filter((row) => row.renewed).map((row) => row.id) };
}

/** Gives everything back at once, so that another worker, or the next start, need not wait for the lease to run out. */
export async function releaseRollouts(db: Database, owner: string, ids?: readonly string[]): Promise<void> {
  const only = ids === undefined ? Prisma.empty : Prisma.sql`AND id = ANY(${[...ids]})`;
  await db.$executeRaw`UPDATE rollouts SET lease_owner = NULL, lease_until = NULL WHERE lease_owner = ${owner} AND completed_at IS NULL ${only}`;
  await db.$executeRaw`SELECT pg_notify('slipway_wake', 'rollouts')`;
}

interface StepRow {
  readonly id: bigint;
  readonly lease_no: bigint;
  readonly rollout_id: string;
  readonly rollout_kind: ClaimedStep["rolloutKind"];
  readonly service: string;
  readonly instance_id: string;
  readonly attempt: number;
  readonly generation: bigint;
  readonly kind: ClaimedStep["kind"];
  readonly tx: string;
  readonly input: Prisma.JsonValue;
  readonly port: number;
  readonly host: string;
  readonly host_kind: HostKind;
  readonly host_config: Prisma.JsonValue;
  readonly address: string;
  readonly root: string;
  readonly release_sha256: string | null;
  readonly release_size: bigint | null;
  readonly package_url: string | null;
  readonly package_sha256: string | null;
}

/** So many steps are looked at for each that is wanted: another worker may be taking the first of them. */
const CANDIDATES = 4;

/**
 * Takes steps that are due. Each live rollout's turn comes once a round, so that one of thousands of instances keeps no other waiting. A
 * change that was given out and not begun stays where it is while its rollout is paused or held back. Bringing files comes last: the files of
 * one service never keep another's rollback waiting. `onlyBack`: of rollbacks, and of rollouts that put back. `coalesce` keeps the planner on
 * the primary key (decision 25).
 */
export async function claimSteps(
  db: Database,
  owner: string,
  limit: number,
  leaseMs: number,
  onlyBack: boolean,
): Promise<readonly ClaimedStep[]> {
  const only = onlyBack ? Prisma.sql`AND (kind = 'rollback' OR status = 'rolling_back')` : Prisma.empty;
  const rows = await db.$queryRaw<StepRow[]>`
    WITH live AS MATERIALIZED (
      SELECT id, held_by IS NOT NULL OR status = 'paused' AS stands FROM rollouts WHERE completed_at IS NULL ${only}
    ), candidates AS MATERIALIZED (
      SELECT s.id, s.is_stage, s.round, s.not_before FROM live r CROSS JOIN LATERAL (
        SELECT id, kind = 'stage' AS is_stage, not_before, row_number() OVER (ORDER BY (kind = 'stage'), not_before, id) AS round FROM steps
        WHERE rollout_id = r.id AND state = 'open' AND not_before <= clock_timestamp()
          AND NOT (r.stands AND kind IN ('activate', 'stop') AND NOT coalesce((input->>'again')::boolean, false))
        ORDER BY (kind = 'stage'), not_before, id LIMIT ${limit * CANDIDATES}) s
      UNION ALL
      SELECT id, false, 0, not_before FROM steps WHERE state = 'claimed' AND lease_until < clock_timestamp() AND rollout_id IN (SELECT id FROM live)
      ORDER BY 2, 3, 4, 1 LIMIT ${limit * CANDIDATES}
    ), free AS MATERIALIZED (
      SELECT s.id FROM steps s JOIN candidates c ON c.id = s.id
      WHERE coalesce(s.state = 'open' OR (s.state = 'claimed' AND s.lease_until < clock_timestamp()), false)
      ORDER BY c.is_stage, c.round, c.not_before, s.id LIMIT ${limit} FOR UPDATE OF s SKIP LOCKED
    ), claimed AS (
      UPDATE steps SET state = 'claimed', owner = ${owner}, lease_no = lease_no + 1, claimed_at = clock_timestamp(),
        lease_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1000}::double precision)
      WHERE id IN (SELECT id FROM free)
      RETURNING *)
    SELECT c.id, c.lease_no, c.rollout_id, r.kind::text AS rollout_kind, r.service, c.instance_id, c.attempt, c.generation, c.kind::text, c.tx, c.input,
      i.port, h.name AS host, h.kind::text AS host_kind, h.config AS host_config, h.address, h.root, v.release_sha256, v.release_size,
      coalesce(v.package_url, r.package_url) AS package_url, v.package_sha256
    FROM claimed c
    JOIN rollouts r ON r.id = c.rollout_id
    JOIN instances i ON i.id = c.instance_id
    JOIN hosts h ON h.name = i.host
    LEFT JOIN versions v ON v.service = r.service AND v.version = c.input->'goal'->>'version'`;
  return rows.map((row) => ({
    id: row.id,
    leaseNo: row.lease_no,
    rolloutId: row.rollout_id,
    rolloutKind: row.rollout_kind,
    service: row.service,
    instance: row.instance_id,
    attempt: row.attempt,
    generation: Number(row.generation),
    kind: row.kind,
    tx: row.tx,
    input: stored<StepInput>(row.input),
    host: hostRefOf({ ...row, name: row.host, kind: row.host_kind, config: row.host_config }),
    port: row.port,
    release:
      row.release_sha256 === null || row.release_size === null
        ? null
        : { sha256: row.release_sha256, size: Number(row.release_size) },
    packageUrl: row.package_url,
    packageSha256: row.package_sha256,
  }));
}

/** Rows are locked in the order of their ids, here as in `finishSteps`: neither waits for the other in a ring. */
export async function renewSteps(
  db: Database,
  owner: string,
  ids: readonly bigint[],
  leaseMs: number,
): Promise<readonly bigint[]> {
  const rows = await db.$queryRaw<{ id: bigint }[]>`
    WITH own AS MATERIALIZED (
      SELECT id FROM steps WHERE id = ANY(${[...ids]}) AND owner = ${owner} AND state = 'claimed' AND lease_until > clock_timestamp() ORDER BY id FOR UPDATE)
    UPDATE steps s SET lease_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1000}::double precision)
    FROM own WHERE s.id = own.id RETURNING s.id`;
  return rows.map((row) => row.id);
}

/** Compare-and-swap on the lease: an outcome that comes after its lease was lost is dropped, the step's new holder finds it on the host. */
export async function finishSteps(
  db: Database,
  owner: string,
  outcomes: readonly { readonly id: bigint; readonly leaseNo: bigint; readonly outcome: StepOutcome }[],
): Promise<void> {
  const records = outcomes.map((each) => ({ id: String(each.id), lease_no: String(each.leaseNo), outcome: each.outcome }));
  await db.$queryRaw`
    WITH own AS MATERIALIZED (
      SELECT s.id, r.outcome FROM steps s JOIN jsonb_to_recordset(${jsonText(records)}::jsonb) AS r(id bigint, lease_no bigint, outcome jsonb) ON r.id = s.id
      WHERE s.lease_no = r.lease_no AND s.owner = ${owner} AND s.state = 'claimed' ORDER BY s.id FOR UPDATE OF s
    ), done AS (
      UPDATE steps s SET state = 'done', outcome = own.outcome, done_at = clock_timestamp(), owner = NULL, lease_until = NULL
      FROM own WHERE s.id = own.id RETURNING s.rollout_id)
    SELECT pg_notify('slipway_wake', 'outcomes:' || rollout_id)::text FROM (SELECT DISTINCT rollout_id FROM done) d`;
}

/** Hands claimed steps back, undone: for a worker that stops. What it began on hosts goes on there, and is collected by the same key. */
export async function releaseSteps(db: Database, owner: string, ids: readonly bigint[]): Promise<void> {
  await db.$executeRaw`UPDATE steps SET state = 'open', owner = NULL, lease_until = NULL WHERE id = ANY(${[...ids]}) AND owner = ${owner} AND state = 'claimed'`;
  await db.$executeRaw`SELECT pg_notify('slipway_wake', 'steps')`;
}
