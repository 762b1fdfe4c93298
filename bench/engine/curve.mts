/** One worker, one rollout of so many instances: what each of them costs, from the request to the end. */
import type { StrategyChoice } from "../../lib/deploy/domain/strategy";
import { processorTime } from "../cpu.mjs";
import { printTable, timed } from "../measure.mjs";
import type { Scratch, Undo } from "../scratch.mjs";
import type { Console } from "./console.mjs";
import { NullWorker } from "./workers.mjs";

const SIZES = [100, 300, 1_000, 3_000, 10_000] as const;
/** A worker that has just begun compiles what it runs: the rollout before the one that counts. */
const WARM_UP = 50;
const BAR = { instances: 1_000, seconds: 15 } as const;

const STRATEGIES: readonly { readonly name: string; readonly strategy: StrategyChoice }[] = [
  { name: "all at once", strategy: { preset: "all_at_once" } },
  { name: "in waves", strategy: { canary: 1, waveSize: "10%", maxParallel: 50, bakeSeconds: 0, minHealthy: "50%" } },
];

export async function curve(scratch: Scratch, undo: Undo, opened: Console, most: number): Promise<void> {
  for (const { name, strategy } of STRATEGIES) {
    const rows: (readonly string[])[] = [];
    const costs: number[] = [];
    for (const size of SIZES.filter((each) => each <= most)) {
      const prefix = `${name.replaceAll(" ", "-")}-${size}`;
      await opened.fill(prefix, 1, size);
      await opened.fill(`${prefix}-before`, 1, WARM_UP);
      const worker = await NullWorker.start(scratch, undo);
      await opened.untilSucceeded(await opened.deploy(`${prefix}-before-1`, WARM_UP, strategy));
      const before = await worker.took();
      const database = processorTime(scratch.postmaster).database;
      const ms = await timed(async () => opened.untilSucceeded(await opened.deploy(`${prefix}-1`, size, strategy)));
      const after = await worker.took();
      await worker.stop();
      const databaseMs = processorTime(scratch.postmaster).database - database;
      costs.push(ms / size);
      rows.push([
        String(size),
        (ms / 1000).toFixed(2),
        (ms / size).toFixed(2),
        ((after.statements - before.statements) / size).toFixed(2),
        ((after.cpuMs - before.cpuMs) / size).toFixed(2),
        (databaseMs / size).toFixed(2),
        `${Math.round(after.peakBytes / 1024 ** 2)} MiB`,
        size === BAR.instances ? (ms < BAR.seconds * 1000 ? "met" : "missed") : "",
      ]);
      console.log(`${name}: ${size} instances, ${(ms / 1000).toFixed(2)} s`);
    }
    printTable(
      [
        name,
        "seconds",
        "ms an instance",
        "statements",
        "worker's CPU ms",
        "database's CPU ms",
        "peak memory",
        `bar: ${BAR.seconds} s`,
      ],
      rows,
    );
    console.log(`dearest to cheapest instance: ${(Math.max(...costs) / Math.min(...costs)).toFixed(2)}`);
  }
}
