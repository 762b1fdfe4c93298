import { FLEET_EVENT_CODES } from "../../domain/events";
import type { ChangesFilter, EventRow, LogOrder, Page, PageRequest } from "../../ports/reads";
import { type Database, Prisma } from "../database";
import { decodeCursor, pageOf } from "./cursor";
import { MICROSECONDS, timeOf } from "./time-key";

type Row = Omit<EventRow, "pos"> & { readonly pos: bigint };
type Keyed = Row & { readonly id: bigint; readonly key: bigint };

const COLUMNS = Prisma.sql`
  e."pos", e."seq", e."at", e."code", e."params", e."actor", e."rollout_id" AS "rolloutId", e."service",
  e."instance_id" AS "instanceId", e."host"`;

/** The turns of a rollout that belong in "what changed"; its small steps are on its own page. */
const TURNS = [
  "rollout_accepted",
  "rollout_undone",
  "package_refused",
  "paused",
  "resumed",
  "gate_opened",
  "instances_taken_over",
  "rolling_back",
  "aborting",
  "bake_alarm",
  "target_settled_late",
  "rollout_ended",
];
const CHANGES: readonly string[] = [...TURNS, ...FLEET_EVENT_CODES];

export async function log(
  db: Database,
  rolloutId: string,
  order: LogOrder,
  { limit, cursor }: PageRequest,
): Promise<Page<EventRow>> {
  const [last] = decodeCursor(cursor, "number") ?? [];
  const [beyond, direction] = order === "oldest" ? [Prisma.sql`>`, Prisma.sql`ASC`] : [Prisma.sql`<`, Prisma.sql`DESC`];
  const rest = last === undefined ? Prisma.sql`true` : Prisma.sql`e."seq" ${beyond} ${BigInt(last)}`;
  const rows = await db.$queryRaw<Row[]>`
    SELECT ${COLUMNS} FROM "events" e WHERE e."rollout_id" = ${rolloutId} AND e."pos" IS NOT NULL AND ${rest}
    ORDER BY e."seq" ${direction} LIMIT ${limit + 1}`;
  return pageOf(rows, limit, (end) => [String(end.seq)], event);
}

export async function changes(db: Database, filter: ChangesFilter, { limit, cursor }: PageRequest): Promise<Page<EventRow>> {
  const all = [Prisma.sql`e."code" = ANY(${CHANGES}) AND e."pos" IS NOT NULL`];
  if (filter.service !== undefined) all.push(Prisma.sql`e."service" = ${filter.service}`);
  if (filter.from !== undefined) all.push(Prisma.sql`e."at" >= ${filter.from}`);
  if (filter.to !== undefined) all.push(Prisma.sql`e."at" <= ${filter.to}`);
  const [time, id] = decodeCursor(cursor, "time", "number") ?? [];
  if (time !== undefined && id !== undefined) all.push(Prisma.sql`(e."at", e."id") < (${timeOf(time)}, ${BigInt(id)})`);
  const rows = await db.$queryRaw<Keyed[]>`
    SELECT ${COLUMNS}, e."id", ${MICROSECONDS(Prisma.sql`e."at"`)} AS "key" FROM "events" e
    WHERE ${Prisma.join(all, " AND ")} ORDER BY e."at" DESC, e."id" DESC LIMIT ${limit + 1}`;
  return pageOf(rows, limit, (last) => [last.key.toString(), last.id.toString()], event);
}

/** Numbered events only, so that nothing can ever appear behind `pos`. */
export async function eventsAfter(
  db: Database,
  pos: bigint,
  filter: { readonly service?: string | undefined; readonly rolloutId?: string | undefined },
  limit: number,
): Promise<readonly EventRow[]> {
  const all = [Prisma.sql`e."pos" > ${pos}`];
  if (filter.service !== undefined) all.push(Prisma.sql`e."service" = ${filter.service}`);
  if (filter.rolloutId !== undefined) all.push(Prisma.sql`e."rollout_id" = ${filter.rolloutId}`);
  const rows = await db.$queryRaw<Row[]>`
    SELECT ${COLUMNS} FROM "events" e WHERE ${Prisma.join(all, " AND ")} ORDER BY e."pos" LIMIT ${limit}`;
  return rows.map(event);
}

export async function topPosition(db: Database): Promise<bigint> {
  const [row] = await db.$queryRaw<{ top: bigint }[]>`SELECT "last_pos" AS "top" FROM "event_cursor"`;
  return row?.top ?? 0n;
}

function event({ pos, seq, at, code, params, actor, rolloutId, service, instanceId, host }: Row): EventRow {
  return { pos: pos.toString(), seq, at, code, params, actor, rolloutId, service, instanceId, host };
}
