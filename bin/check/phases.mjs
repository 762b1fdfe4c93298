// @ts-check
import path from "node:path";
import { countPlaywright, countVitest } from "./counts.mjs";

/**
 * @typedef {object} Phase
 * @property {string} name
 * @property {string[][]} commands         Arguments to Node, one command after the other.
 * @property {string[]} [needs]            Phases without whose success this one cannot run.
 * @property {string} [report]             JSON file that its test runner writes.
 * @property {(file: string) => import("./counts.mjs").Counts | undefined} [count]
 */

/** @param {string} program of a package, relative to node_modules */
const bin = (program) => path.join("node_modules", program);

/**
 * @param {string} reports  Folder of the runners' reports.
 * @returns {Phase[]} In the order in which they run.
 */
export function phases(reports) {
  const unit = path.join(reports, "unit.json");
  const integration = path.join(reports, "integration.json");
  const chaos = path.join(reports, "chaos.json");
  const browser = path.join(reports, "browser.json");
  const vitest = (/** @type {string} */ report, /** @type {string[]} */ ...projects) => [
    bin("vitest/vitest.mjs"),
    "run",
    ...projects.flatMap((project) => ["--project", project]),
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ];
  return [
    { name: "lint", commands: [[bin("@biomejs/biome/bin/biome"), "check", "--error-on-warnings", "."]] },
    { name: "generate", commands: [["scripts/generate.mjs"]] },
    {
      name: "types",
      needs: ["generate"],
      commands: [
        [bin("next/dist/bin/next"), "typegen"],
        [bin("typescript/bin/tsc"), "--noEmit"],
      ],
    },
    { name: "migrations", commands: [["scripts/migration.mjs", "check"]] },
    { name: "unit", needs: ["generate"], commands: [vitest(unit, "unit", "dom")], report: unit, count: countVitest },
    {
      name: "integration",
      needs: ["generate"],
      commands: [vitest(integration, "integration")],
      report: integration,
      count: countVitest,
    },
    { name: "build", commands: [["bin/build.mjs"]] },
    {
      name: "chaos",
      needs: ["build"],
      commands: [["--import", "tsx", "chaos/main.mts", "--seed", "1", "--minutes", "2", "--report", chaos]],
      report: chaos,
      count: countVitest,
    },
    {
      name: "browser",
      needs: ["build"],
      commands: [[bin("@playwright/test/cli.js"), "test"]],
      report: browser,
      count: countPlaywright,
    },
  ];
}
