import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { countPlaywright, countVitest } from "./counts.mjs";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "slipway-counts-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function report(content: unknown): Promise<string> {
  const file = path.join(folder, "report.json");
  await writeFile(file, JSON.stringify(content));
  return file;
}

it("counts a file that did not load as a failure", async () => {
  const testResults = [
    { status: "failed", assertionResults: [] },
    { status: "failed", assertionResults: [{ status: "failed" }] },
    { status: "passed", assertionResults: [{ status: "passed" }] },
  ];
  expect(countVitest(await report({ numPassedTests: 1, numFailedTests: 1, testResults }))).toEqual({ passed: 1, failed: 2 });
});

it("counts a browser test that passed only when tried again as a failure", async () => {
  expect(countPlaywright(await report({ stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 2 } }))).toEqual({
    passed: 5,
    failed: 2,
  });
});

it("has no count when the run ended before it could write its report", () => {
  expect(countVitest(path.join(folder, "absent.json"))).toBeUndefined();
});
