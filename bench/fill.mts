/** Databases that look as if they had been in use for long. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { demoSettings } from "../lib/demo/catalogue";
import { FRESH_PROGRESS } from "../lib/deploy/domain/rollout-state";
import { resolveStrategy } from "../lib/deploy/domain/strategy";

/** Fills a migrated database by the `fill` of an SQL file here. `live`: its rollouts under way are of so many instances, in this wave. */
export async function fillDatabase(
  databaseUrl: string,
  file: "console.sql" | "fleet.sql",
  live: { readonly instances: number; readonly wave: number },
): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(await readFile(join(import.meta.dirname, file), "utf8"));
    const strategy = resolveStrategy("deployment", live.instances, {}, {});
    const values = [demoSettings(process.execPath), strategy, { ...FRESH_PROGRESS, wave: live.wave, packageReady: true }];
    await client.query(
      "CALL pg_temp.fill($1, $2, $3)",
      values.map((value) => JSON.stringify(value)),
    );
    await client.query("VACUUM ANALYZE");
  } finally {
    await client.end();
  }
}
