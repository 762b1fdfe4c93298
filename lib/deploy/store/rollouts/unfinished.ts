import { Prisma } from "../database";

/** Of a target `t`: it holds its instance, or its own change is still to come, under way, or not known. */
export const UNFINISHED = Prisma.sql`(t.holding OR t.status IN ('waiting', 'staging', 'staged', 'switching', 'verifying', 'unknown'))`;
