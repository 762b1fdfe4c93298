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

it("counts a file that did not load as a failure, and keeps what was said", async () => {
  const testResults = [
    { name: path.resolve("a.test.ts"), status: "failed", message: "no such module", assertionResults: [] },
    {
      name: path.resolve("b.test.ts"),
      status: "failed",
      message: "",
      assertionResults: [
        { status: "failed", fullName: "adds", failureMessages: ["2 is not 3"] },
        { status: "passed", fullName: "counts", failureMessages: [] },
      ],
    },
  ];
  expect(countVitest(await report({ numPassedTests: 1, numFailedTests: 1, testResults }))).toEqual({
    passed: 1,
    failed: 2,
    failures: [
      { test: "a.test.ts", said: "no such module" },
      { test: "b.test.ts › adds", said: "2 is not 3" },
    ],
  });
});

it("counts a browser test that passed only when tried again as a failure, and keeps what was said", async () => {
  const spec = (title: string, status: string, ...said: string[]) => ({
    title,
    file: "a.spec.ts",
    line: 7,
    tests: [{ status, results: [...said.map((message) => ({ error: { message } })), {}] }],
  });
  const suites = [
    { specs: [spec("opens", "expected")], suites: [{ specs: [spec("closes", "unexpected", "no button")] }] },
    { specs: [spec("waits", "flaky", "too late")] },
  ];
  expect(countPlaywright(await report({ suites, stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 2 } }))).toEqual({
    passed: 5,
    failed: 2,
    failures: [
      { test: "a.spec.ts:7 › closes", said: "no button" },
      { test: "a.spec.ts:7 › waits", said: "too late" },
    ],
  });
});

it("has no count when the run ended before it could write its report", () => {
  expect(countVitest(path.join(folder, "absent.json"))).toBeUndefined();
});
