import { fingerprintOf } from "@/lib/host-key";
import type { HostRow, Page, PageRequest } from "../../ports/reads";
import { type Database, Prisma } from "../database";
import { hostRefOf } from "../host-ref";
import { decodeCursor, pageOf } from "./cursor";
import { grouped } from "./grouped";

type Row = Omit<HostRow, "instances" | "ssh"> & { readonly config: Prisma.JsonValue };
type Placed = HostRow["instances"][number] & { readonly host: string };

const COLUMNS = Prisma.sql`
  h."name", h."kind"::text, h."address", h."root", h."config", h."zone", h."labels", h."state"::text, h."reachable",
  h."last_answer_at" AS "lastAnswerAt", h."error", h."trouble"`;

/** Hosts that are not retired, with what runs there. */
export async function hosts(db: Database, { limit, cursor }: PageRequest): Promise<Page<HostRow>> {
  const after = decodeCursor(cursor, "name")?.[0] ?? "";
  const rows = await db.$queryRaw<Row[]>`
    SELECT ${COLUMNS} FROM "hosts" h WHERE h."state" <> 'retired' AND h."name" > ${after} ORDER BY h."name" LIMIT ${limit + 1}`;
  const placed = await placedOn(
    db,
    rows.slice(0, limit).map((row) => row.name),
  );
  return pageOf(
    rows,
    limit,
    (last) => [last.name],
    (row) => rowOf(row, placed(row.name)),
  );
}

export async function host(db: Database, name: string): Promise<HostRow | null> {
  const [row] = await db.$queryRaw<Row[]>`SELECT ${COLUMNS} FROM "hosts" h WHERE h."name" = ${name}`;
  return row === undefined ? null : rowOf(row, (await placedOn(db, [name]))(name));
}

function rowOf({ config, ...row }: Row, instances: HostRow["instances"]): HostRow {
  const ref = hostRefOf({ ...row, config });
  if (ref.kind === "local") return { ...row, ssh: null, instances };
  const { hostKey, ...ssh } = ref.ssh;
  return { ...row, ssh: { ...ssh, fingerprint: fingerprintOf(hostKey) }, instances };
}

async function placedOn(db: Database, names: readonly string[]): Promise<(host: string) => HostRow["instances"]> {
  const rows = await db.$queryRaw<Placed[]>`
    SELECT s."host", s."id" AS "instanceId", s."service", coalesce(s."version", '') AS "version", v."color", s."status", s."port"
    FROM "instance_states" s LEFT JOIN "versions" v ON v."service" = s."service" AND v."version" = s."version"
    WHERE s."host" = ANY(${names}) ORDER BY s."host", s."service", s."id"`;
  const byHost = grouped(rows, (row) => row.host);
  return (name) => (byHost.get(name) ?? []).map(({ host: _, ...instance }) => instance);
}
