// @ts-check
import { readFileSync } from "node:fs";
import path from "node:path";

/**
 * How many tests passed and failed, and what the failed ones said. A file of tests that did not even load counts as one that failed.
 * @typedef {{ passed: number, failed: number, failures: Failure[] }} Counts
 * @typedef {{ test: string, said: string }} Failure
 */

/**
 * @param {string} file Written by vitest's JSON reporter.
 * @returns {Counts | undefined} Undefined when the run ended before it could write.
 */
export function countVitest(file) {
  const report = readJson(file);
  if (!report) return undefined;
  /** @type {{ name: string, status: string, message: string, assertionResults: { status: string, fullName: string, failureMessages: string[] }[] }[]} */
  const files = report.testResults;
  const unloaded = files.filter(({ status, assertionResults }) => status === "failed" && assertionResults.length === 0);
  const failures = files.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "failed")
      .map(({ fullName, failureMessages }) => ({
        test: `${path.relative("", name)} › ${fullName}`,
        said: failureMessages.join("\n"),
      })),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    failures: [...unloaded.map(({ name, message }) => ({ test: path.relative("", name), said: message })), ...failures],
  };
}

/**
 * @param {string} file Written by Playwright's JSON reporter.
 * @returns {Counts | undefined} Undefined when the run ended before it could write.
 */
export function countPlaywright(file) {
  const report = readJson(file);
  if (!report) return undefined;
  const { expected, unexpected, flaky } = report.stats;
  return { passed: expected, failed: unexpected + flaky, failures: report.suites.flatMap(failuresWithin) };
}

/**
 * @typedef {{ title: string, file: string, line: number, tests: { status: string, results: { error?: { message?: string } }[] }[] }} Spec
 * @typedef {{ suites?: Suite[], specs: Spec[] }} Suite
 * @param {Suite} suite
 * @returns {Failure[]}
 */
function failuresWithin({ suites = [], specs }) {
  const failed = specs.flatMap(({ title, file, line, tests }) =>
    tests
      .filter(({ status }) => status === "unexpected" || status === "flaky")
      .map(({ results }) => ({
        test: `${file}:${line} › ${title}`,
        said: results.flatMap(({ error }) => error?.message ?? []).join("\n"),
      })),
  );
  return [...failed, ...suites.flatMap(failuresWithin)];
}

/** @param {string} file */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
