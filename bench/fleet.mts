/**
 * The API behind the Fleet page over 200 services × 50 instances with a past, asked of the built Next server over HTTP, one request
 * after the other.
 *
 *   npm run bench:fleet -- [--requests 300]
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { demoSettings } from "../lib/demo/catalogue";
import { FRESH_PROGRESS } from "../lib/deploy/domain/rollout-state";
import { resolveStrategy } from "../lib/deploy/domain/strategy";
import { machine, option, percentile, printTable, shown, timed } from "./measure.mjs";
import { inScratch } from "./scratch.mjs";
import { startWeb } from "./web.mjs";

const BAR_MS = 50;
const WARM_UP = 30;
const PATHS = ["/api/v1/services", "/api/v1/services?limit=200", "/api/v1/overview"] as const;
const requests = option("requests", 300, 10_000);

await inScratch(async ({ folder, databaseUrl }, undo) => {
  await fill(databaseUrl);
  const url = await startWeb({ folder, databaseUrl }, undo);
  const rows: (readonly string[])[] = [];
  for (const path of PATHS) {
    let bytes = 0;
    const times: number[] = [];
    for (let at = -WARM_UP; at < requests; at += 1) {
      const ms = await timed(async () => {
        bytes = (await get(url + path)).length;
      });
      if (at >= 0) times.push(ms);
    }
    const p95 = percentile(times, 0.95);
    rows.push([
      path,
      String(times.length),
      shown(percentile(times, 0.5)),
      shown(p95),
      shown(percentile(times, 1)),
      `${Math.round(bytes / 1000)} kB`,
      p95 < BAR_MS ? "met" : "missed",
    ]);
  }
  console.log(machine());
  printTable(["", "requests", "p50", "p95", "max", "answer", `bar: p95 < ${BAR_MS} ms`], rows);
});

async function fill(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(await readFile(join(import.meta.dirname, "fleet.sql"), "utf8"));
    const strategy = resolveStrategy("deployment", 50, {}, {});
    const values = [demoSettings(process.execPath), strategy, { ...FRESH_PROGRESS, wave: 1, packageReady: true }];
    await client.query(
      "CALL pg_temp.fill($1, $2, $3)",
      values.map((value) => JSON.stringify(value)),
    );
    await client.query("VACUUM ANALYZE");
  } finally {
    await client.end();
  }
}

async function get(url: string): Promise<string> {
  const response = await fetch(url);
  const body = await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${body.slice(0, 500)}`);
  return body;
}
