import type { ReleaseKey } from "../ports";
import type { Database } from "./database";

/** Asked of the database each time: a key that was changed there holds at once, and the time is the same for every process. */
export function createReleaseKey(db: Database): ReleaseKey {
  return async () => {
    const [row] = await db.$queryRaw<{ secret: Uint8Array; now: Date }[]>`
      SELECT value AS secret, clock_timestamp() AS now FROM secrets WHERE name = 'release-links'`;
    if (row === undefined) throw new Error("the database has no key for links to releases");
    return { secret: row.secret, nowMs: row.now.getTime() };
  };
}
