import { Client } from "pg";
import { describe, expect, inject, it } from "vitest";
import type { Fleet } from "./testing/fleet";
import { onFleet } from "./testing/on-fleet";
import { expectTheTruth } from "./testing/truth";
import { until } from "./testing/until";

const WAVES = { canary: 1, waveSize: 1, bakeSeconds: 0, minHealthy: "0%", maxParallel: 10 } as const;
const SLOWLY = { timeout: 240_000 };

/** The server's own connection, beside the fleet's database. */
async function asAdministrator<T>(work: (client: Client, database: string) => Promise<T>, fleet: Fleet): Promise<T> {
  const client = new Client({ connectionString: inject("postgres").maintenanceUrl });
  await client.connect();
  try {
    return await work(client, new URL(fleet.database.url).pathname.slice(1));
  } finally {
    await client.end();
  }
}

const cutAll = (client: Client, database: string) =>
  client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [database]);

describe("a database that goes away", SLOWLY, () => {
  it(
    "and comes back, again and again, costs no rollout anything",
    onFleet(
      async (deeds, fleet) => {
        await deeds.runs("1.0");
        await fleet.publish("2.0");
        const id = await deeds.deploy("2.0", { strategy: WAVES });
        await asAdministrator(async (client, database) => {
          for (let cut = 0; cut < 8; cut += 1) {
            await cutAll(client, database);
            await new Promise((resolve) => setTimeout(resolve, 250));
          }
        }, fleet);
        await until("it has ended", async () => (await deeds.rollout(id).catch(() => null))?.completedAt);
        await deeds.ended(id, "succeeded");
        for (const instance of fleet.instances) expect(await deeds.story(instance)).toEqual(["1.0 replaced", "2.0 runs"]);
        await expectTheTruth(fleet);
      },
      { workers: 2, each: 3 },
    ),
  );

  it(
    "has nothing begun while it is away; what was under way on hosts ends there, and is collected afterwards",
    onFleet(
      async (deeds, fleet) => {
        await deeds.runs("1.0");
        await fleet.publish("2.0", "slow");
        const id = await deeds.deploy("2.0", { strategy: WAVES });
        await deeds.targetReaches(id, "switching");
        const host = fleet.hosts[0];
        if (!host) throw new Error("no host");
        const journals = async () =>
          (await fleet.transport.inspect(host, fleet.instances)).map(({ journal, openTx }) => ({
            entries: journal.length,
            openTx,
          }));
        // Decided is not yet begun: the command may still be on its way to the host.
        await until("the host is in the middle of it", async () => (await journals()).some(({ openTx }) => openTx !== null));
        await asAdministrator(async (client, database) => {
          await client.query(`ALTER DATABASE ${database} ALLOW_CONNECTIONS false`);
          try {
            await cutAll(client, database);
            const underWay = await until("the host has ended what was under way", async () => {
              const now = await journals();
              return now.every(({ openTx }) => openTx === null) ? now : null;
            });
            await new Promise((resolve) => setTimeout(resolve, 3_000));
            expect(await journals()).toEqual(underWay);
            expect(underWay.filter(({ entries }) => entries === 2)).toHaveLength(1);
          } finally {
            await client.query(`ALTER DATABASE ${database} ALLOW_CONNECTIONS true`);
          }
        }, fleet);
        await until("the console is back", async () => (await deeds.rollout(id).catch(() => null)) !== null);
        await deeds.ended(id, "succeeded");
        await expectTheTruth(fleet);
      },
      { each: 2 },
    ),
  );
});
