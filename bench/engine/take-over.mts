/** How long until somebody else drives a rollout whose worker was killed, in the database's time. */
import { percentile, printTable, shown } from "../measure.mjs";
import type { Scratch, Undo } from "../scratch.mjs";
import type { Console } from "./console.mjs";
import { NullWorker } from "./workers.mjs";

const BAR_MS = 10_000;
const INSTANCES = 40;
/** A long bake keeps each rollout alive, and somebody has to watch it. */
const WATCHED = { canary: 1, bakeSeconds: 86_400 } as const;

/** `sameMachine`: whether those who are left can see that the process is gone, or wait for its leases to run out. */
export async function takeOver(
  scratch: Scratch,
  undo: Undo,
  opened: Console,
  { kills, sameMachine }: { readonly kills: number; readonly sameMachine: boolean },
): Promise<void> {
  const prefix = sameMachine ? "here" : "elsewhere";
  await opened.fill(prefix, 1, INSTANCES);
  const start = () => NullWorker.start(scratch, undo, { elsewhere: !sameMachine });
  let workers = [await start(), await start()];
  const id = await opened.deploy(`${prefix}-1`, INSTANCES, WATCHED);
  const times: number[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    const owner = await opened.ownerOf(id, null);
    const pid = await opened.processOf(owner.name);
    const killed = workers.find((worker) => worker.pid === pid);
    if (killed === undefined) throw new Error(`the rollout is owned by process ${pid}, which is not ours`);
    const from = await opened.now();
    await killed.kill();
    const next = await opened.ownerOf(id, owner.name);
    times.push(next.at - from.getTime());
    workers = [...workers.filter((worker) => worker !== killed), await start()];
  }
  for (const worker of workers) await worker.stop();
  const p95 = percentile(times, 0.95);
  printTable(
    ["", "kills", "median", "p95", "max", `bar: p95 ≤ ${BAR_MS / 1000} s`],
    [
      [
        sameMachine ? "a worker on the same machine" : "a worker elsewhere: the leases run out",
        String(kills),
        shown(percentile(times, 0.5)),
        shown(p95),
        shown(percentile(times, 1)),
        p95 <= BAR_MS ? "met" : "missed",
      ],
    ],
  );
}
