#!/usr/bin/env node
// @ts-check
/**
 * How long after an event was written is it on the page? Real deployments in a Slipway of its own, a real Chromium on the rollout's
 * page, and for every row of its event log the time from the event's `at` (the database's clock, this machine's) to the change of the DOM.
 *
 *   node bench/event-to-browser.mjs [instances] [rounds]      default 12 and 5
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";
import { register } from "tsx/esm/api";

const BUDGET_P95_MS = 250;
const MIN_EVENTS = 50;
const FIRST_PORT = 31_500;
const DEBIAN_CHROMIUM = "/usr/bin/chromium";
const VERSIONS = ["1.8.0", "1.9.0", "1.9.1"];

const [instances = 12, rounds = 5] = process.argv.slice(2).map(Number);
if (!Number.isInteger(instances) || !Number.isInteger(rounds) || instances < 1 || rounds < 1) {
  console.error("instances and rounds are whole numbers of 1 or more");
  process.exit(2);
}

register();
const { startSlipway } = await import("../e2e/setup/slipway.ts");
const { demoIsThere } = await import("../e2e/setup/demo.ts");
const { createLocalTransport } = await import("../lib/deploy/hosts/local.ts");

const slipway = await startSlipway();
const browser = await chromium.launch({
  ...(existsSync(chromium.executablePath()) ? {} : { executablePath: DEBIAN_CHROMIUM }),
  args: process.getuid?.() === 0 ? ["--no-sandbox", "--disable-gpu"] : [],
});
const host = {
  name: "bench-host",
  kind: /** @type {const} */ ("local"),
  address: "127.0.0.1",
  root: path.join(slipway.data, "hosts", "bench"),
};
const ids = Array.from({ length: instances }, (_, index) => `bench-${index + 1}`);
try {
  await demoIsThere(slipway);
  await arrange();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  /** @type {number[]} */
  const lateness = [];
  await deploy("bench-first", VERSIONS[0] ?? "", 0);
  for (let round = 1; round <= rounds; round += 1) {
    lateness.push(...(await measure(page, `bench-${round}`, VERSIONS[round % VERSIONS.length] ?? "")));
  }
  report(lateness);
} finally {
  await browser.close();
  await powerOff();
  await slipway.stop();
}

async function arrange() {
  await ask("POST", "/hosts", host);
  const settings = {
    start: [process.execPath, "server.mjs"],
    environment: { NODE_ENV: "production" },
    version_at: { path: "/version" },
  };
  await ask("POST", "/services", { name: "bench", settings });
  const rows = ids.map((id, index) => ({ instance_id: id, host: host.name, port: FIRST_PORT + index }));
  await ask("POST", "/services/bench/instances", { instances: rows });
}

/**
 * @param {string} id
 * @param {string} version
 * @param {number} graceSeconds  Until then the page can be opened without missing an event.
 */
async function deploy(id, version, graceSeconds) {
  const body = {
    deploy_id: id,
    service: "bench",
    version,
    instances: ids,
    package_url: `${slipway.url}/shelf/mailer/mailer-${version}.tar.gz`,
    strategy: { canary: 0, wave_size: "25%", bake_seconds: 0, grace_seconds: graceSeconds },
  };
  await ask("POST", "/deployments", body, graceSeconds === 0 ? { prefer: "wait=300" } : {});
}

/**
 * Milliseconds from an event's `at` to its row on the page, for every event after the grace.
 * @param {import("@playwright/test").Page} page
 * @param {string} id
 * @param {string} version
 * @returns {Promise<number[]>}
 */
async function measure(page, id, version) {
  await deploy(id, version, 300);
  await page.goto(`${slipway.url}/rollouts/${id}`);
  await page.getByRole("banner").getByText("Live", { exact: true }).waitFor();
  await page.getByRole("log").locator("time").first().waitFor();
  await page.evaluate(watchLog);
  await ask("POST", `/rollouts/${id}/actions`, { action: "start_now" });
  await page.getByText("and answer.").waitFor({ timeout: 300_000 });
  return page.evaluate(() => JSON.parse(document.documentElement.dataset.lateness ?? "[]"));
}

/** Runs in the page: notes for each new row of the log how old its event is. */
function watchLog() {
  const log = document.querySelector("[role=log]");
  if (log === null) throw new Error("the page has no event log");
  const rows = () => [...log.querySelectorAll("[data-index]")];
  const seen = new Set(rows().map((row) => row.getAttribute("data-index")));
  /** @type {number[]} */
  const lateness = [];
  new MutationObserver(() => {
    const now = performance.timeOrigin + performance.now();
    for (const row of rows()) {
      const index = row.getAttribute("data-index");
      if (seen.has(index)) continue;
      seen.add(index);
      lateness.push(now - Date.parse(row.querySelector("time")?.dateTime ?? ""));
    }
    document.documentElement.dataset.lateness = JSON.stringify(lateness);
  }).observe(log, { childList: true, subtree: true });
}

/** @param {number[]} lateness */
function report(lateness) {
  if (lateness.length < MIN_EVENTS) throw new Error(`only ${lateness.length} events were seen, ${MIN_EVENTS} are needed`);
  const sorted = [...lateness].sort((a, b) => a - b);
  const at = (/** @type {number} */ share) =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  const line = [50, 95, 99, 100].map((percent) => `p${percent} ${at(percent / 100).toFixed(0)} ms`).join("   ");
  console.log(`event written → shown in the browser, ${sorted.length} events of ${rounds} deployments to ${instances} instances`);
  console.log(`${line}   (budget: p95 under ${BUDGET_P95_MS} ms)`);
  process.exitCode = at(0.95) < BUDGET_P95_MS ? 0 : 1;
}

/** The demo's own hosts are powered off with Slipway; this one is not the demo's. */
async function powerOff() {
  const transport = await createLocalTransport();
  const reports = await transport.inspect(host, ids);
  await Promise.all(reports.map(({ instance, generation }) => transport.powerOff(host, { instance, generation })));
  await transport.close();
}

/**
 * @param {string} method
 * @param {string} route
 * @param {unknown} body
 * @param {Record<string, string>} [headers]
 */
async function ask(method, route, body, headers = {}) {
  const answer = await fetch(`${slipway.url}/api/v1${route}`, {
    method,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${await answer.text()}`);
}
