// @ts-check
import { readFileSync } from "node:fs";

/**
 * How many tests passed and failed. A file of tests that did not even load counts as one that failed.
 * @typedef {{ passed: number, failed: number }} Counts
 */

/**
 * @param {string} file Written by vitest's JSON reporter.
 * @returns {Counts | undefined} Undefined when the run ended before it could write.
 */
export function countVitest(file) {
  const report = readJson(file);
  if (!report) return undefined;
  /** @type {{ status: string, assertionResults: unknown[] }[]} */
  const files = report.testResults;
  const unloaded = files.filter(({ status, assertionResults }) => status === "failed" && assertionResults.length === 0);
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded.length };
}

/**
 * @param {string} file Written by Playwright's JSON reporter.
 * @returns {Counts | undefined} Undefined when the run ended before it could write.
 */
export function countPlaywright(file) {
  const report = readJson(file);
  if (!report) return undefined;
  const { expected, unexpected, flaky } = report.stats;
  return { passed: expected, failed: unexpected + flaky };
}

/** @param {string} file */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
