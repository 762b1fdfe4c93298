/**
 * A 5 MB package to twelve instances on four local hosts, all at once: the whole way through the console, against a plain shell loop
 * that does the same work on the same machine. The two take turns.
 *
 *   npm run bench:deploy-local -- [--runs 7]
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createPackages } from "../lib/deploy/packages/store-backed-packages";
import { createPackageStore } from "../lib/deploy/store/packages/package-store";
import { createRolloutStore } from "../lib/deploy/store/rollouts/rollout-store";
import { COLUMNS, machine, option, percentile, printTable, rowOf, timed } from "./measure.mts";
import { inScratch, type Scratch } from "./scratch.mts";
import { printTimelines, type Timeline, timelineOf } from "./timeline.mts";
import { type Place, SERVICE, Twelve, twelvePlaces } from "./twelve.mts";

const BAR = 2;
const LOOP = join(import.meta.dirname, "plain-loop.sh");
const runs = option("runs", 7, 50);

await inScratch(async (scratch, undo) => {
  const twelve = await Twelve.open(scratch, undo);
  const loop = await openLoop(scratch, undo);
  const into = createStoreFiller(scratch, twelve);
  const times = { loop: [] as number[], stored: [] as number[], fetched: [] as number[] };
  const timelines = { stored: [] as Timeline[], fetched: [] as Timeline[] };
  // The first round starts what the others replace.
  for (let run = 0; run <= runs; run += 1) {
    const bytes = await twelve.publish(`${run}.1.0`);
    await into(`${run}.1.0`);
    await twelve.publish(`${run}.2.0`);
    const loopTime = await timed(() => loop(`${run}.1.0`, bytes));
    let stored = "";
    const storedTime = await timed(async () => {
      stored = await twelve.deploy(`${run}.1.0`);
    });
    let fetched = "";
    const fetchedTime = await timed(async () => {
      fetched = await twelve.deploy(`${run}.2.0`);
    });
    if (run === 0) continue;
    times.loop.push(loopTime);
    times.stored.push(storedTime);
    times.fetched.push(fetchedTime);
    timelines.stored.push(await timelineOf(twelve.core, stored));
    timelines.fetched.push(await timelineOf(twelve.core, fetched));
  }
  console.log(machine());
  const ratio = (values: readonly number[]) => (percentile(values, 0.5) / percentile(times.loop, 0.5)).toFixed(2);
  printTable(
    [...COLUMNS, "ratio", `bar ${BAR}`],
    [
      [...rowOf("plain loop", times.loop), "1", ""],
      [...rowOf("Slipway, package in the store", times.stored), ratio(times.stored), Number(ratio(times.stored)) <= BAR ? "met" : "missed"],
      [...rowOf("Slipway, package fetched", times.fetched), ratio(times.fetched), ""],
    ],
  );
  printTimelines("package in the store", timelines.stored);
  printTimelines("package fetched", timelines.fetched);
});

/** Twelve instances of its own for the loop. */
async function openLoop({ folder }: Scratch, undo: (step: () => Promise<unknown>) => void) {
  const places = await twelvePlaces("loop");
  const root = join(folder, "loop");
  await mkdir(root);
  undo(() => sh(["stop", root], places));
  return async (version: string, bytes: Buffer) => {
    const file = join(root, `${version}.tar.gz`);
    await writeFile(file, bytes);
    await sh([file, root, process.execPath], places);
  };
}

async function sh(args: readonly string[], places: readonly Place[]): Promise<void> {
  const child = spawn("sh", [LOOP, ...args], { stdio: ["pipe", "inherit", "inherit"] });
  child.stdin.end(places.map(({ name, address, port }) => `${name} ${address} ${port}\n`).join(""));
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`the plain loop ended with ${String(code)}`);
}

/** Puts a version's package into the store and binds the version to it, as an earlier deployment of it would have. */
function createStoreFiller({ folder }: Scratch, { core, shelf }: Twelve) {
  const packages = createPackages(createPackageStore(core.db), { ...core.config.packages, spoolFolder: folder, cache: null });
  const rollouts = createRolloutStore(core.db);
  return async (version: string) => {
    const url = shelf.urlOf(`${version}.tar.gz`);
    const bytes = await packages.fetch(url, { expectSha256: null });
    await rollouts.bindVersion({ service: SERVICE, version, url, expectSha256: null, barrier: null }, bytes);
  };
}
