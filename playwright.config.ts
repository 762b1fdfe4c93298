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

/** Playwright's own browser where it is installed, else Debian's. */
const executablePath = existsSync(chromium.executablePath()) ? undefined : DEBIAN_CHROMIUM;

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results/browser",
  globalSetup: "./e2e/setup/global.ts",
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [["list"], ["json"]] : "list",
  use: {
    baseURL: process.env[CONSOLE_URL],
    launchOptions: { executablePath, args: [...QUIET, ...AS_ROOT] },
    locale: "en-GB",
    viewport: { width: 1440, height: 900 },
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
  },
});
