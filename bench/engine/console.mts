/** What asks for rollouts and looks at them, without any worker. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { demoSettings } from "../../lib/demo/catalogue";
import { createRolloutCommands } from "../../lib/deploy/commands/rollout-commands";
import type { StrategyChoice } from "../../lib/deploy/domain/strategy";
import { openDatabase } from "../../lib/deploy/store/database";
import { createRolloutStore } from "../../lib/deploy/store/rollouts/rollout-store";
import type { Undo } from "../scratch.mjs";
import { nullPackages } from "./null-ports.mjs";

const BENCH = { name: "bench" };
const LOOK_MS = 50;
const LONGEST_MS = 900_000;

export type Console = Awaited<ReturnType<typeof openConsole>>;

export async function openConsole(databaseUrl: string, undo: Undo) {
  const db = openDatabase({ url: databaseUrl });
  undo(() => db.$disconnect());
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  undo(() => client.end());
  await client.query(await readFile(join(import.meta.dirname, "fleet.sql"), "utf8"));
  const commands = createRolloutCommands({ store: createRolloutStore(db), packages: nullPackages, trustedAfterS: 0 });

  return {
    client,

    /** Nothing is accepted while nobody works: until one comes, somebody is said to. */
    async pretendAWorker(): Promise<void> {
      await client.query(
        "INSERT INTO workers (id, machine, pid, last_seen_at) VALUES ('none', 'none', 0, clock_timestamp() + interval '10 minutes')",
      );
    },

    /** By the database's clock. */
    async now(): Promise<Date> {
      const { rows } = await client.query("SELECT clock_timestamp() AS now");
      return rows[0].now;
    },

    /** Services `prefix`-1 to `prefix`-`services`, each of `each` instances. */
    async fill(prefix: string, services: number, each: number): Promise<void> {
      await client.query("CALL pg_temp.fill($1, $2, $3, $4)", [
        prefix,
        services,
        each,
        JSON.stringify(demoSettings("/usr/bin/node")),
      ]);
      await client.query("ANALYZE");
    },

    async deploy(service: string, count: number, strategy: StrategyChoice): Promise<string> {
      const deployId = `deploy-${service}`;
      const instances = Array.from({ length: count }, (_, at) => `${service}-${at + 1}`);
      const packageUrl = `http://127.0.0.1/${service}-2.0.0.tar.gz`;
      await commands.startDeployment(BENCH, { deployId, service, version: "2.0.0", instances, packageUrl, strategy });
      return deployId;
    },

    /** Who drives it, other than `besides`, and since when it is seen, in milliseconds of the database's clock. */
    async ownerOf(id: string, besides: string | null): Promise<{ readonly name: string; readonly at: number }> {
      for (const until = performance.now() + LONGEST_MS; performance.now() < until; await sleep(LOOK_MS)) {
        const { rows } = await client.query(
          `SELECT lease_owner AS name, clock_timestamp() AS at FROM rollouts
           WHERE id = $1 AND lease_until > clock_timestamp() AND lease_owner IS DISTINCT FROM $2::text AND status = 'baking'`,
          [id, besides],
        );
        if (rows.length > 0) return { name: rows[0].name, at: rows[0].at.getTime() };
      }
      throw new Error(`nobody drives ${id}`);
    },

    async processOf(worker: string): Promise<number> {
      const { rows } = await client.query("SELECT pid FROM workers WHERE id = $1", [worker]);
      return rows[0].pid;
    },

    /** Throws when it does not succeed. */
    async untilSucceeded(id: string): Promise<void> {
      for (const until = performance.now() + LONGEST_MS; performance.now() < until; await sleep(LOOK_MS)) {
        const { rows } = await client.query(
          "SELECT status, status_reason FROM rollouts WHERE id = $1 AND completed_at IS NOT NULL",
          [id],
        );
        if (rows.length === 0) continue;
        if (rows[0].status !== "succeeded")
          throw new Error(`${id} ended ${rows[0].status}: ${JSON.stringify(rows[0].status_reason)}`);
        return;
      }
      throw new Error(`${id} does not end`);
    },
  };
}
