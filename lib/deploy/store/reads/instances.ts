import type { InstanceFilter, InstancePage, InstanceRow, PageRequest } from "../../ports/reads";
import { type Database, Prisma } from "../database";
import { decodeCursor, pageOf } from "./cursor";
import { hasLabelWith } from "./has-label";
import { instancesAsOf } from "./instances-as-of";

/** Of the view `instance_states` as `s`, with the version's colour from `v`. */
export const INSTANCE_COLUMNS = Prisma.sql`
  s."id" AS "instanceId", s."service" AS "serviceName", coalesce(s."version", '') AS "version", s."status", s."condition", v."color",
  s."revision", s."host", s."zone", s."address", s."port", s."healthy", s."latency_ms" AS "latencyMs", s."checked_at" AS "checkedAt",
  s."detail", s."since", s."held_by" AS "heldBy", s."labels"`;

export const WITH_COLOR = Prisma.sql`LEFT JOIN "versions" v ON v."service" = s."service" AND v."version" = s."version"`;

export async function instances(db: Database, service: string, filter: InstanceFilter, page: PageRequest): Promise<InstancePage> {
  if (filter.at !== undefined) return await instancesAsOf(db, service, { ...filter, at: filter.at }, page);
  const after = decodeCursor(page.cursor, "name")?.[0] ?? "";
  const wanted = conditions(filter);
  const [rows, total, matched] = await Promise.all([
    db.$queryRaw<InstanceRow[]>`
      SELECT ${INSTANCE_COLUMNS} FROM "instance_states" s ${WITH_COLOR}
      WHERE s."service" = ${service} AND s."id" > ${after} AND ${wanted}
      ORDER BY s."id" LIMIT ${page.limit + 1}`,
    db.instance.count({ where: { service, retiredAt: null } }),
    matches(db, service, filter, wanted),
  ]);
  return {
    ...pageOf(
      rows,
      page.limit,
      (last) => [last.instanceId],
      (row) => row,
    ),
    total,
    matched: matched ?? total,
  };
}

/** null when nothing is filtered. */
async function matches(db: Database, service: string, filter: InstanceFilter, wanted: Prisma.Sql): Promise<number | null> {
  const { versions, ids, status, host, text } = filter;
  if (versions.length === 0 && ids === undefined && status === undefined && host === undefined && text === undefined) return null;
  // Names and labels are the instance's own: its state, which costs most, is worked out only where it is asked for.
  const from =
    versions.length === 0 && status === undefined
      ? Prisma.sql`"instances" s WHERE s."retired_at" IS NULL`
      : Prisma.sql`"instance_states" s WHERE true`;
  const [row] = await db.$queryRaw<
    { n: number }[]
  >`SELECT count(*)::int AS "n" FROM ${from} AND s."service" = ${service} AND ${wanted}`;
  return row?.n ?? 0;
}

function conditions({ versions, ids, status, host, text }: InstanceFilter): Prisma.Sql {
  const all = [Prisma.sql`true`];
  if (ids !== undefined) all.push(Prisma.sql`s."id" = ANY(${ids})`);
  if (versions.length > 0) all.push(Prisma.sql`coalesce(s."version", '') = ANY(${versions})`);
  if (status !== undefined) all.push(Prisma.sql`s."status" = ${status}`);
  if (host !== undefined) all.push(Prisma.sql`s."host" = ${host}`);
  if (text !== undefined) all.push(containsText(text));
  return Prisma.join(all, " AND ");
}

function containsText(text: string): Prisma.Sql {
  const part = text.toLowerCase();
  return Prisma.sql`(strpos(lower(s."id"), ${part}) > 0 OR strpos(lower(s."host"), ${part}) > 0 OR ${hasLabelWith(Prisma.sql`s."labels"`, part)})`;
}
