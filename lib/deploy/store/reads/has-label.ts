import { Prisma } from "../database";

/** One of the labels, written as `name=value`, has the part in it. The part is in lower case. */
export function hasLabelWith(labels: Prisma.Sql, part: string): Prisma.Sql {
  return Prisma.sql`(${labels} <> '{}' AND EXISTS (SELECT FROM jsonb_each_text(${labels}) l WHERE strpos(lower(l.key || '=' || l.value), ${part}) > 0))`;
}
