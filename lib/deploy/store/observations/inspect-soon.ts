import type { Tx } from "../database";

/**
 * Has the hosts of these instances looked at within a second. A host whose row somebody holds is being looked at, or soon will be: it is not
 * waited for, since inspections take these locks in the other order.
 */
export async function inspectSoon(tx: Tx, instances: readonly string[]): Promise<void> {
  if (instances.length === 0) return;
  await tx.$executeRaw`
    UPDATE hosts SET next_inspect_at = clock_timestamp() + interval '500 milliseconds' WHERE name IN (
      SELECT name FROM hosts WHERE name IN (SELECT host FROM instances WHERE id = ANY(${[...instances]}))
        AND next_inspect_at > clock_timestamp() + interval '1 second' FOR UPDATE SKIP LOCKED)`;
}

/**
 * The same after changes that went well, whose answers told what runs: what is still to be seen is which releases the host has by now, since
 * a plan says what must be moved. A host of which many are changed one after another is looked at every second meanwhile.
 */
export async function inspectInTurn(tx: Tx, instances: readonly string[]): Promise<void> {
  if (instances.length === 0) return;
  await tx.$executeRaw`
    UPDATE hosts h SET next_inspect_at = due.at FROM (
      SELECT name, greatest(clock_timestamp() + interval '500 milliseconds', inspected_at + interval '1 second') AS at FROM hosts
      WHERE name IN (SELECT host FROM instances WHERE id = ANY(${[...instances]}))
        AND next_inspect_at > greatest(clock_timestamp() + interval '1 second', inspected_at + interval '1 second') FOR UPDATE SKIP LOCKED) due
    WHERE h.name = due.name`;
}
