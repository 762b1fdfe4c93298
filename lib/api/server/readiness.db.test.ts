import { afterAll, beforeAll, expect, it } from "vitest";
import { GET } from "@/app/readyz/route";
import { readConfig } from "@/lib/config";
import { composeCore } from "@/lib/deploy/compose";
import { TestFleet } from "@/lib/deploy/testing/fleet";
import { log } from "@/lib/log";

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await TestFleet.open();
  globalThis.slipwayCore = fleet.core;
  log().level = "silent";
});
afterAll(async () => {
  globalThis.slipwayCore = undefined;
  await fleet.close();
});

async function told(): Promise<{ readonly status: number; readonly body: unknown }> {
  const answer = await GET();
  return { status: answer.status, body: await answer.json() };
}

it("is ready when the database has every migration of this build", async () => {
  expect(await told()).toEqual({ status: 200, body: { ready: true, database: "ok", missing: [] } });
});

it("names the migrations that the database has not had", async () => {
  const { db } = fleet.core;
  const [newest] = await db.$queryRaw<{ name: string }[]>`
    UPDATE _prisma_migrations SET rolled_back_at = now()
    WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations) RETURNING migration_name AS name`;
  expect(await told()).toEqual({ status: 503, body: { ready: false, database: "ok", missing: [newest?.name] } });
});

it("does not call a database away that answers something else", async () => {
  await fleet.core.db.$executeRaw`ALTER TABLE _prisma_migrations RENAME TO elsewhere`;
  expect(await told()).toEqual({ status: 503, body: { ready: false, database: "unknown", missing: [] } });
});

it("says that the database is away", async () => {
  const away = composeCore(readConfig({ DATABASE_URL: "postgresql://slipway:x@127.0.0.1:1/slipway", SLIPWAY_LOG: "silent" }));
  globalThis.slipwayCore = away;
  expect(await told()).toEqual({ status: 503, body: { ready: false, database: "away", missing: [] } });
  await away.close();
});
