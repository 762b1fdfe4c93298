import { Prisma } from "../database";

/** Times in cursors are whole microseconds, as the database keeps them: a JavaScript Date would lose three digits. */
export const MICROSECONDS = (column: Prisma.Sql): Prisma.Sql => Prisma.sql`(extract(epoch FROM ${column}) * 1000000)::bigint`;

/** A time key back as a `timestamptz`, exact up to the year 2255. */
export const timeOf = (key: string): Prisma.Sql =>
  Prisma.sql`(timestamptz 'epoch' + ${BigInt(key)}::bigint * interval '1 microsecond')`;
