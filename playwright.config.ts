import { existsSync } from "node:fs";
import { chromium, defineConfig } from "@playwright/test";
import { CONSOLE_URL } from "./e2e/setup/console-url";

const DEBIAN_CHROMIUM = "/usr/bin/chromium";
const QUIET = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** Chromium's sandbox does not work for root. */
const AS_ROOT = process.getuid?.() === 0 ? ["--no-sandbox", "--disable-gpu"] : [];

/** Shows the demo and nothing else, so it goes when no other test's service is there. */
const DEMO_ALONE = "screenshot.spec.ts";

/** Playwright's own browser where it is installed, else Debian's. */
const executablePath = existsSync(chromium.executablePath()) ? undefined : DEBIAN_CHROMIUM;

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results/browser",
  globalSetup: "./e2e/setup/global.ts",
  // Every test has services and hosts of its own, so several go side by side: they wait for rollouts more than they compute.
  workers: 3,
  fullyParallel: true,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [["list"], ["json"]] : "list",
  use: {
    baseURL: process.env[CONSOLE_URL],
    launchOptions: { executablePath, args: [...QUIET, ...AS_ROOT] },
    locale: "en-GB",
    viewport: { width: 1440, height: 900 },
    // Pictures of every step cost a third of the run; the last one is kept where a test fails.
    trace: { mode: "retain-on-failure", screenshots: false },
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "console", testIgnore: DEMO_ALONE },
    { name: "demo", testMatch: DEMO_ALONE, dependencies: ["console"] },
  ],
});
