/**
 * A 5 MB package to twelve instances on four local hosts, all at once: the whole way through the console, against a plain shell loop
 * that does the same work on the same machine. The two take turns.
 *
 *   npm run bench:deploy-local -- [--runs 7]
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createPackages } from "../lib/deploy/packages/store-backed-packages";
import { createPackageStore } from "../lib/deploy/store/packages/package-store";
import { createRolloutStore } from "../lib/deploy/store/rollouts/rollout-store";
import { type ProcessorTime, processorTime, since } from "./cpu.mjs";
import { COLUMNS, machine, option, percentile, printTable, rowOf, shown, timed } from "./measure.mjs";
import { plainLoop } from "./plain-loop.mjs";
import { inScratch, type Scratch } from "./scratch.mjs";
import { printTimelines, type Timeline, timelineOf } from "./timeline.mjs";
import { SERVICE, Twelve, twelvePlaces } from "./twelve.mjs";

const BAR = 2;
const runs = option("runs", 7, 50);

await inScratch(async (scratch, undo) => {
  const twelve = await Twelve.open(scratch, undo);
  const loop = await openLoop(scratch, undo);
  const into = createStoreFiller(scratch, twelve);
  const loops: Run[] = [];
  const stored: Run[] = [];
  const fetched: Run[] = [];
  const timelines = { stored: [] as Timeline[], fetched: [] as Timeline[] };
  const measured = async (work: () => Promise<unknown>): Promise<Run> => {
    const before = processorTime(scratch.postmaster);
    const wall = await timed(work);
    return { wall, cpu: since(before, processorTime(scratch.postmaster)) };
  };
  // The first round starts what the others replace.
  for (let run = 0; run <= runs; run += 1) {
    const bytes = await twelve.publish(`${run}.1.0`);
    await into(`${run}.1.0`);
    await twelve.publish(`${run}.2.0`);
    const ids = { stored: "", fetched: "" };
    const loopRun = await measured(() => loop(`${run}.1.0`, bytes));
    const storedRun = await measured(async () => {
      ids.stored = await twelve.deploy(`${run}.1.0`);
    });
    const fetchedRun = await measured(async () => {
      ids.fetched = await twelve.deploy(`${run}.2.0`);
    });
    if (run === 0) continue;
    loops.push(loopRun);
    stored.push(storedRun);
    fetched.push(fetchedRun);
    timelines.stored.push(await timelineOf(twelve.core, ids.stored));
    timelines.fetched.push(await timelineOf(twelve.core, ids.fetched));
  }
  console.log(machine());
  const walls = (of: readonly Run[]) => of.map(({ wall }) => wall);
  const ratio = (of: readonly Run[]) => percentile(walls(of), 0.5) / percentile(walls(loops), 0.5);
  const sides = [
    ["plain loop", loops],
    ["Slipway, package in the store", stored],
    ["Slipway, package fetched", fetched],
  ] as const;
  printTable(
    [...COLUMNS, "ratio", `bar: ${BAR}`],
    sides.map(([name, of]) => [
      ...rowOf(name, walls(of)),
      ratio(of).toFixed(2),
      of === stored ? (ratio(of) <= BAR ? "met" : "missed") : "",
    ]),
  );
  printTable(
    ["processor time, medians", "console and worker", "programs on hosts", "database"],
    sides.map(([name, of]) => [
      name,
      ...(["own", "children", "database"] as const).map((part) =>
        shown(
          percentile(
            of.map(({ cpu }) => cpu[part]),
            0.5,
          ),
        ),
      ),
    ]),
  );
  printTimelines("package in the store", timelines.stored);
  printTimelines("package fetched", timelines.fetched);
});

interface Run {
  readonly wall: number;
  readonly cpu: ProcessorTime;
}

/** Twelve instances of its own for the loop. */
async function openLoop({ folder }: Scratch, undo: (step: () => Promise<unknown>) => void) {
  const places = await twelvePlaces("loop");
  const root = join(folder, "loop");
  await mkdir(root);
  undo(() => plainLoop(["stop", root], places));
  return async (version: string, bytes: Buffer) => {
    const file = join(root, `${version}.tar.gz`);
    await writeFile(file, bytes);
    await plainLoop([file, root, process.execPath], places);
  };
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
