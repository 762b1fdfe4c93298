/** Holders of leases that have not run out, and what one that is gone leaves behind. */
import { type Database, inTransaction } from "../database";

export async function leaseHolders(db: Database): Promise<readonly string[]> {
  const rows = await db.$queryRaw<{ owner: string }[]>`
    SELECT lease_owner AS owner FROM rollouts WHERE completed_at IS NULL AND lease_owner IS NOT NULL AND lease_until > clock_timestamp()
    UNION SELECT owner FROM steps WHERE state = 'claimed' AND owner IS NOT NULL
    UNION SELECT id FROM workers WHERE stopped_at IS NULL AND last_seen_at > clock_timestamp() - interval '1 minute'`;
  return rows.map((row) => row.owner);
}

/** Its leases have run out, at once: the next owner still sees whose they were. Its steps keep their attempts: who claims them next attaches to what is under way on hosts. */
export async function releaseHolder(db: Database, owner: string): Promise<void> {
  await inTransaction(db, async (tx) => {
    await tx.$executeRaw`
      UPDATE rollouts SET lease_until = clock_timestamp()
      WHERE id IN (SELECT id FROM rollouts WHERE lease_owner = ${owner} AND lease_until > clock_timestamp() AND completed_at IS NULL ORDER BY id FOR UPDATE)`;
    await tx.$executeRaw`
      UPDATE steps SET state = 'open', owner = NULL, lease_until = NULL
      WHERE id IN (SELECT id FROM steps WHERE owner = ${owner} AND state = 'claimed' ORDER BY id FOR UPDATE)`;
    await tx.$executeRaw`UPDATE workers SET stopped_at = clock_timestamp() WHERE id = ${owner} AND stopped_at IS NULL`;
    await tx.$executeRaw`SELECT pg_notify('slipway_wake', what) FROM unnest(ARRAY['rollouts', 'steps']) AS what`;
  });
}
