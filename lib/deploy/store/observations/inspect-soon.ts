import { Prisma, type Tx } from "../database";

/** Has the hosts of these instances looked at within a second. */
export async function inspectSoon(tx: Tx, instances: readonly string[]): Promise<void> {
  await bringForward(tx, instances, Prisma.sql`NULL::timestamptz`);
}

/**
 * The same after changes that went well, whose answers told what runs: what is still to be seen is which releases the host has by now, since
 * a plan says what must be moved. A host of which many are changed one after another is looked at every second meanwhile.
 */
export async function inspectInTurn(tx: Tx, instances: readonly string[]): Promise<void> {
  await bringForward(tx, instances, Prisma.sql`inspected_at + interval '1 second'`);
}

/**
 * Not before `earliest`, where a host has one. A host whose row somebody holds is being looked at, or soon will be: it is not waited for,
 * since inspections take these locks in the other order.
 */
async function bringForward(tx: Tx, instances: readonly string[], earliest: Prisma.Sql): Promise<void> {
  if (instances.length === 0) return;
  // What has no value counts for nothing in `greatest`.
  await tx.$executeRaw`
    UPDATE hosts h SET next_inspect_at = due.at FROM (
      SELECT name, greatest(clock_timestamp() + interval '500 milliseconds', ${earliest}) AS at FROM hosts
      WHERE name IN (SELECT host FROM instances WHERE id = ANY(${[...instances]}))
        AND next_inspect_at > greatest(clock_timestamp() + interval '1 second', ${earliest}) FOR UPDATE SKIP LOCKED) due
    WHERE h.name = due.name`;
}
