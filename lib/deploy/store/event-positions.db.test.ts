import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestDatabase, type TestDatabase } from "@/lib/postgres/testing";
import { type Database, inTransaction, numberEvents, openDatabase } from "./database";
import { writeEvents } from "./events";

const WRITERS = 6;
const EACH = 15;

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await openTestDatabase();
  db = openDatabase({ url: database.url, poolSize: 16 });
});

afterAll(async () => {
  await db.$disconnect();
  await database.close();
});

describe("the places of events in the streams", () => {
  it("are given without a gap, and nothing ever appears behind a cursor, however writers overlap", {
    timeout: 120_000,
  }, async () => {
    const seen: bigint[] = [];
    let writing = true;
    const follow = async () => {
      for (let last = false; !last; ) {
        last = !writing;
        const after = seen.at(-1) ?? 0n;
        const rows = await db.event.findMany({ where: { pos: { gt: after } }, orderBy: { pos: "asc" }, select: { pos: true } });
        for (const row of rows) if (row.pos !== null) seen.push(row.pos);
      }
    };
    const number = async () => {
      while (writing) await numberEvents(db);
    };
    const write = async (writer: number) => {
      for (let n = 0; n < EACH; n += 1) {
        await inTransaction(db, async (tx) => {
          await writeEvents(tx, [{ code: "service_changed", params: { writer, n } }]);
          await sleep((writer * 7 + n * 3) % 17);
          await writeEvents(tx, [{ code: "service_changed", params: { writer, n, last: true } }]);
        });
      }
    };
    const others = [follow(), number(), number()];
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
    writing = false;
    await Promise.all(others);
    const all = WRITERS * EACH * 2;
    expect(seen).toEqual(Array.from({ length: all }, (_, at) => BigInt(at + 1)));
    expect(await db.event.count({ where: { pos: null } })).toBe(0);
  });

  it("follow the order in which one writer wrote", async () => {
    await inTransaction(db, (tx) =>
      writeEvents(
        tx,
        Array.from({ length: 20 }, (_, n) => ({ code: "service_held", params: { n } }) as const),
      ),
    );
    const rows = await db.event.findMany({ where: { code: "service_held" }, orderBy: { pos: "asc" } });
    expect(rows.map((row) => row.params)).toEqual(Array.from({ length: 20 }, (_, n) => ({ n })));
  });
});
