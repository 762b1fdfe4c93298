import { Prisma } from "./database";

/** A worker says every two seconds that it is alive; one that has not for longer than this counts as gone. */
const ALIVE_S = 15;

/** Of a row of `workers`. */
export const isWorkerAlive = Prisma.sql`"stopped_at" IS NULL AND "last_seen_at" > clock_timestamp() - ${ALIVE_S} * interval '1 second'`;
