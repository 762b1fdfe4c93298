/**
 * Changes every rule of the domain, one at a time, and sees whether a test notices. `npm run mutate` for all of them,
 * `npm run mutate -- --mutate lib/deploy/domain/wave.ts` for one file. What was found is kept between runs (`incremental`).
 * @type {import("@stryker-mutator/api/core").PartialStrykerOptions}
 */
export default {
  testRunner: "vitest",
  vitest: { configFile: "scripts/mutation/vitest.config.mts", related: false },
  plugins: ["@stryker-mutator/vitest-runner"],
  // Lists of words are no rules.
  mutate: ["lib/deploy/domain/*.ts", "!lib/deploy/domain/*.test.ts", "!lib/deploy/domain/{errors,events,statuses}.ts"],
  ignorePatterns: ["**", "!lib/deploy/domain/**", "!scripts/mutation/**", "!package.json"],
  incremental: true,
  incrementalFile: ".stryker/incremental.json",
  tempDirName: ".stryker/sandbox",
  concurrency: 1,
  timeoutMS: 5_000,
  reporters: ["clear-text", "progress-append-only"],
  clearTextReporter: { allowColor: false, reportTests: false, skipFull: true },
  thresholds: { high: 95, low: 90, break: 90 },
};
