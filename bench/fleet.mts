/**
 * The API behind the Fleet page over 200 services × 50 instances with a past, asked of the built Next server over HTTP, one request
 * after the other.
 *
 *   npm run bench:fleet -- [--requests 300]
 */
import { fillDatabase } from "./fill.mjs";
import { machine, option, percentile, printTable, shown, timed } from "./measure.mjs";
import { inScratch } from "./scratch.mjs";
import { startWeb } from "./web.mjs";

const BAR_MS = 50;
const WARM_UP = 30;
const PATHS = ["/api/v1/services", "/api/v1/services?limit=200", "/api/v1/overview"] as const;
const requests = option("requests", 300, 10_000);

await inScratch(async ({ folder, databaseUrl }, undo) => {
  await fillDatabase(databaseUrl, "fleet.sql", { instances: 50, wave: 1 });
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

async function get(url: string): Promise<string> {
  const response = await fetch(url);
  const body = await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${body.slice(0, 500)}`);
  return body;
}
