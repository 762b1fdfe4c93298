/**
 * `npm run chaos -- --seed N --minutes M`: breaks a whole Slipway while it works, and checks that nothing was lost.
 * Exit code 0 when nothing was; the last line sums up.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { buildIfStale } from "../bin/launch/build.mjs";
import { listenForStop } from "../bin/launch/stopping.mjs";
import { type Outcome, runChaos } from "./run/run.mjs";
import { percentile } from "./traffic/take-overs.mjs";
import { clearAway, clearLeftovers, keepEvidence } from "./world/leftovers.mjs";
import { makeRunFolder, openWorld, type World } from "./world/world.mjs";

const TAKE_OVER_BAR_MS = 10_000;
const say = (sentence: string) => console.log(sentence);

const { seed, minutes, report } = readArguments(process.argv.slice(2));
const stopping = listenForStop();
process.exitCode = 1;
try {
  await clearLeftovers();
  await buildIfStale({ root: path.join(import.meta.dirname, ".."), signal: stopping.wanted, say });
  const outcome = await breakAndCheck();
  const passed = isClean(outcome);
  if (passed) process.exitCode = 0;
  if (report !== undefined) writeReport(report, passed);
  say(summary(outcome));
} catch (error) {
  if (!stopping.wanted.aborted) console.error(error);
  say(stopping.wanted.aborted ? "chaos: stopped before it was done" : `chaos: seed ${seed} could not be played to its end`);
} finally {
  stopping.dispose();
}

async function breakAndCheck(): Promise<Outcome> {
  const folder = await makeRunFolder();
  let keep = true;
  let world: World | null = null;
  try {
    world = await openWorld(folder);
    say(`seed ${seed}, ${minutes} minutes; the log is ${world.log.file}`);
    const outcome = await runChaos(world, seed, minutes, stopping.wanted);
    keep = !isClean(outcome);
    tell(outcome);
    return outcome;
  } finally {
    await world?.stop();
    if (keep && !stopping.wanted.aborted) {
      await keepEvidence(folder);
      say(`  everything is kept in ${folder}: merged.log, evidence.json, logs, the hosts' folders in kept, and the database`);
    } else {
      await clearAway(folder);
    }
  }
}

function isClean({ violations, missedLies }: Outcome): boolean {
  return violations.length === 0 && missedLies.length === 0;
}

function tell(outcome: Outcome): void {
  for (const { rule, subject, detail } of outcome.violations) say(`  ${rule}: ${subject} ${detail}`);
  for (const missed of outcome.missedLies) say(`  ${missed}`);
  const faults = [...outcome.faults].sort(([, a], [, b]) => b - a);
  say(`  faults: ${faults.map(([name, times]) => `${name} ${times}`).join(", ")}`);
  const calm = timesOf(outcome);
  const p95 = percentile(calm, 95);
  const bar = `bar ${TAKE_OVER_BAR_MS / 1000} s`;
  say(
    `  take-over of a killed worker's rollouts: ${calm.length} measured, median ${seconds(percentile(calm, 50))}, 95 of 100 within ${seconds(p95)} (${bar}); ` +
      `${outcome.takeOvers.length - calm.length} more while the database or every worker was away`,
  );
}

function summary(outcome: Outcome): string {
  const total = [...outcome.faults.values()].reduce((sum, times) => sum + times, 0);
  const p95 = percentile(timesOf(outcome), 95);
  return (
    `chaos: seed ${seed}, ${outcome.rounds} rounds, ${total} faults, ${outcome.requests} requests, ${outcome.rollouts} rollouts, ${outcome.events} events, ` +
    `${outcome.reconnections} reconnections, take-over p95 ${seconds(p95)}, ${outcome.lies} lies planted and ${outcome.missedLies.length} missed, ${outcome.violations.length} violations`
  );
}

/** Of the take-overs that tell something of the lease. */
function timesOf({ takeOvers }: Outcome): readonly number[] {
  return takeOvers.filter((each) => !each.disturbed).map((each) => each.ms);
}

function seconds(ms: number | null): string {
  return ms === null ? "–" : `${(ms / 1000).toFixed(1)} s`;
}

/** One test in the words of a vitest report: that is what the phases of `npm test` count. */
function writeReport(file: string, passed: boolean): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ testResults: [], numPassedTests: passed ? 1 : 0, numFailedTests: passed ? 0 : 1 }));
}

function readArguments(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string", default: "1" },
      minutes: { type: "string", default: "2" },
      report: { type: "string" },
    },
  });
  const read = { seed: Number(values.seed), minutes: Number(values.minutes), report: values.report };
  if (!Number.isSafeInteger(read.seed) || read.seed < 0 || !(read.minutes > 0 && read.minutes <= 24 * 60)) {
    console.error("Usage: npm run chaos -- --seed N --minutes M   (a whole number from 0; more than 0, at most 1440)");
    process.exit(2);
  }
  return read;
}
