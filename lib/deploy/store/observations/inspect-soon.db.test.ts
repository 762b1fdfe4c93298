import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { TestFleet } from "../../testing/fleet";
import { inTransaction, type Tx } from "../database";
import { inspectInTurn, inspectSoon } from "./inspect-soon";

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await TestFleet.open();
  await fleet.instances(await fleet.service("shop"), await fleet.host("web-1"), "shop-01");
});
afterAll(() => fleet.close());
beforeEach(async () => {
  await fleet.core.db.$executeRaw`
    UPDATE hosts SET inspected_at = clock_timestamp() + interval '10 seconds', next_inspect_at = clock_timestamp() + interval '1 minute'`;
});

/** Seconds until the host is looked at, and from its last look. */
async function due(): Promise<{ readonly from_now: number; readonly from_last: number | null }> {
  const [row] = await fleet.core.db.$queryRaw<{ from_now: number; from_last: number | null }[]>`
    SELECT extract(epoch FROM next_inspect_at - clock_timestamp())::float8 AS from_now,
      extract(epoch FROM next_inspect_at - inspected_at)::float8 AS from_last FROM hosts`;
  if (row === undefined) throw new Error("there is no host");
  return row;
}

const after = (ask: (tx: Tx, instances: readonly string[]) => Promise<void>) =>
  inTransaction(fleet.core.db, (tx) => ask(tx, ["shop-01"]));

it("brings the look at a host forward, whenever the last one was", async () => {
  await after(inspectSoon);
  expect((await due()).from_now).toBeLessThan(1);
});

it("leaves a second after the last look where changes went well", async () => {
  await after(inspectInTurn);
  expect((await due()).from_last).toBe(1);
});

it("brings it forward where nobody has looked yet", async () => {
  await fleet.core.db.$executeRaw`UPDATE hosts SET inspected_at = NULL`;
  await after(inspectInTurn);
  expect((await due()).from_now).toBeLessThan(1);
});

it("waits for nobody who holds the host", async () => {
  await inTransaction(fleet.core.db, async (tx) => {
    await tx.$queryRaw`SELECT name FROM hosts FOR UPDATE`;
    await after(inspectSoon);
  });
  expect((await due()).from_now).toBeGreaterThan(1);
});
