/**
 * The pages in a real browser over one service of 10,000 instances and a rollout of all of them, from the built Next server: what a
 * page loads first, how it scrolls, how soon a filter answers, and what the tab keeps.
 *
 *   npm run bench:console -- [--runs 5]
 */
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "@playwright/test";
import { fillDatabase } from "./fill.mjs";
import { machine, option, percentile, printTable, shown, timed } from "./measure.mjs";
import { inScratch } from "./scratch.mjs";
import { startWeb } from "./web.mjs";

const DEBIAN_CHROMIUM = "/usr/bin/chromium";
const PATIENCE_MS = 300_000;
const PAGES = [
  "/",
  "/services/big",
  "/instances/big-00001",
  "/rollouts/big-live",
  "/rollouts",
  "/changes",
  "/hosts",
  "/settings",
] as const;
const BARS = { firstLoadKb: 250, coldMs: 1500, navigationMs: 300, filterMs: 100, frameMs: 1000 / 60, heapMb: 200 } as const;
const runs = option("runs", 5, 100);

await inScratch(async ({ folder, databaseUrl }, undo) => {
  await fillDatabase(databaseUrl, "console.sql", { instances: 10_000, wave: 2 });
  const url = await startWeb({ folder, databaseUrl }, undo);
  const executablePath = existsSync(chromium.executablePath()) ? undefined : DEBIAN_CHROMIUM;
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"],
  });
  undo(() => browser.close());
  console.log(machine());
  await firstLoads(browser, url);
  await speeds(browser, url);
  await scrolling(browser, url);
});

/** What the network carried for the scripts of each page, opened alone in a browser that has nothing yet. */
async function firstLoads(browser: Browser, url: string): Promise<void> {
  const rows: (readonly string[])[] = [];
  for (const path of PAGES) {
    const page = await browser.newPage();
    await page.goto(url + path);
    await page.locator("main h1").first().waitFor();
    // What is fetched at leisure, for the next page, is no part of this one.
    const bytes = await page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .filter((entry) => entry instanceof PerformanceResourceTiming && /\.js(?:\?|$)/.test(entry.name))
        .reduce((sum, entry) => sum + (entry instanceof PerformanceResourceTiming ? entry.encodedBodySize : 0), 0),
    );
    await page.close();
    const kb = bytes / 1000;
    rows.push([path, `${kb.toFixed(0)} kB`, verdict(kb, BARS.firstLoadKb)]);
  }
  printTable(["first load", "scripts, gzip", `bar: ${BARS.firstLoadKb} kB`], rows);
}

async function speeds(browser: Browser, url: string): Promise<void> {
  const cold: Record<"service" | "rollout", number[]> = { service: [], rollout: [] };
  const navigation: number[] = [];
  const filter: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const service = await browser.newPage();
    cold.service.push(
      await timed(async () => {
        await service.goto(`${url}/services/big`);
        await rowOf(service, "big-00001").waitFor();
      }),
    );
    const input = service.getByRole("searchbox");
    await input.focus();
    filter.push(
      await timed(async () => {
        await service.keyboard.press("9");
        await service.getByText(/^(?!10000 of)\d+ of 10000$/).waitFor();
      }),
    );
    await service.goto(url);
    const link = service.getByRole("link", { name: "big", exact: true }).first();
    await link.waitFor();
    navigation.push(
      await timed(async () => {
        await link.click();
        await rowOf(service, "big-00001").waitFor();
      }),
    );
    await service.close();
    const rollout = await browser.newPage();
    cold.rollout.push(
      await timed(async () => {
        await rollout.goto(`${url}/rollouts/big-live`);
        await rollout.getByRole("log").getByText("big-").first().waitFor();
      }),
    );
    await rollout.close();
  }
  const row = (name: string, values: readonly number[], bar: number) => {
    const median = percentile(values, 0.5);
    return [name, String(values.length), shown(median), shown(percentile(values, 1)), `${bar} ms`, verdict(median, bar)];
  };
  printTable(
    ["", "runs", "median", "max", "bar", ""],
    [
      row("service page, cold, until its first row", cold.service, BARS.coldMs),
      row("rollout page, cold, until its log", cold.rollout, BARS.coldMs),
      row("from the Fleet page to the service", navigation, BARS.navigationMs),
      row("one key in the filter until its answer", filter, BARS.filterMs),
    ],
  );
}

/** Scrolls to the end of 10,000 rows by as much a frame as a fast hand would, and tells what the frames were like. */
async function scrolling(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${url}/services/big`);
  await rowOf(page, "big-00001").waitFor();
  const { frames, long } = await page.evaluate(scrollToEnd, { step: 300, patience: PATIENCE_MS });
  await rowOf(page, "big-10000").waitFor({ timeout: PATIENCE_MS });
  const table = await heapMb(page);
  await page.close();
  const rollout = await browser.newPage();
  await rollout.goto(`${url}/rollouts/big-live`);
  await rollout.getByRole("log").getByText("big-").first().waitFor();
  const live = await heapMb(rollout);
  await rollout.close();
  const median = percentile(frames, 0.5);
  printTable(
    ["10,000 rows, scrolled to the end", "", "bar"],
    [
      ["frames", String(frames.length), ""],
      ["a frame, median", shown(median), verdict(median, BARS.frameMs * 1.05)],
      ["a frame, 95th percentile", shown(percentile(frames, 0.95)), ""],
      ["tasks over 50 ms", `${long.length}, the longest ${shown(Math.max(0, ...long))}`, ""],
      ["heap of the tab at the end", `${table.toFixed(0)} MB`, verdict(table, BARS.heapMb)],
      ["heap of a rollout's page, 10,000 targets", `${live.toFixed(0)} MB`, verdict(live, BARS.heapMb)],
    ],
  );
}

/** Runs in the page: no function in it has a name, because the names that the loader keeps are not known there. */
async function scrollToEnd({ step, patience }: { step: number; patience: number }) {
  const frames: number[] = [];
  const long: number[] = [];
  new PerformanceObserver((list) => long.push(...list.getEntries().map((entry) => entry.duration))).observe({
    entryTypes: ["longtask"],
  });
  const began = await new Promise<number>(requestAnimationFrame);
  let last = began;
  let moved = began;
  // At the end the next rows may still be on their way.
  while (last - moved < 10_000 && last - began < patience) {
    const before = window.scrollY;
    window.scrollBy(0, step);
    const now = await new Promise<number>(requestAnimationFrame);
    if (window.scrollY !== before) {
      frames.push(now - last);
      moved = now;
    }
    last = now;
  }
  return { frames, long };
}

async function heapMb(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  return (metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? Number.NaN) / 1_000_000;
}

function rowOf(page: Page, instance: string) {
  return page.getByRole("link", { name: instance, exact: true });
}

function verdict(value: number, bar: number): string {
  return value <= bar ? "met" : "missed";
}
