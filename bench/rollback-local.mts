/**
 * Twelve instances on four local hosts back to a release that is still there, all at once: from the end of the grace to the last one
 * verified. Beside it, how long twelve of the same program take from their start to their first good answer.
 *
 *   npm run bench:rollback-local -- [--runs 7]
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { COLUMNS, machine, option, percentile, printTable, rowOf, timed } from "./measure.mjs";
import { benchPackage } from "./packages.mjs";
import type { Place } from "./plain-loop.mjs";
import { inScratch } from "./scratch.mjs";
import { printTimelines, type Timeline, timelineOf, totalOf } from "./timeline.mjs";
import { SERVICE, Twelve, twelvePlaces } from "./twelve.mjs";

const BAR_MS = 2_000;
const GRACE_S = 1;
const LOOK_AGAIN_MS = 10;
const runs = option("runs", 7, 50);

await inScratch(async (scratch, undo) => {
  const twelve = await Twelve.open(scratch, undo);
  for (const version of ["1.0.0", "2.0.0"]) {
    await twelve.publish(version);
    await twelve.deploy(version);
  }
  const folder = join(scratch.folder, "start-up");
  await mkdir(folder);
  await writeFile(join(folder, "package.tar.gz"), await benchPackage(SERVICE, "1.0.0", 1));
  await once(spawn("tar", ["-xzf", "package.tar.gz"], { cwd: folder }), "exit");
  const places = await twelvePlaces("start-up");
  const starts: number[] = [];
  const rollbacks: Timeline[] = [];
  for (let run = 0; run <= runs; run += 1) {
    const started = await startUp(folder, places);
    const timeline = await timelineOf(twelve.core, await twelve.rollBack(run % 2 === 0 ? "1.0.0" : "2.0.0"), GRACE_S);
    if (run === 0) continue;
    starts.push(started);
    rollbacks.push(timeline);
  }
  const totals = rollbacks.map(totalOf);
  const beyond = percentile(totals, 0.5) - percentile(starts, 0.5);
  console.log(machine());
  printTable(
    [...COLUMNS, "bar"],
    [
      [...rowOf("twelve processes start", starts), ""],
      [...rowOf("rollback of twelve", totals), ""],
      [
        "rollback beyond the start",
        String(runs),
        `${Math.round(beyond)} ms`,
        "",
        beyond < BAR_MS ? `met (${BAR_MS} ms)` : `missed (${BAR_MS} ms)`,
      ],
    ],
  );
  printTimelines("rollback", rollbacks);
});

/** Milliseconds until all of them, started together and by nothing else, have given a good answer. */
async function startUp(folder: string, places: readonly Place[]): Promise<number> {
  const children: ChildProcess[] = [];
  try {
    return await timed(() =>
      Promise.all(
        places.map(async ({ address, port }) => {
          children.push(
            spawn(process.execPath, ["server.mjs"], {
              cwd: folder,
              env: { NODE_ENV: "production", HOST: address, PORT: String(port) },
              stdio: "ignore",
            }),
          );
          for (let tries = 0; !(await answers(address, port)); tries += 1) {
            if (tries > 3_000) throw new Error(`nothing answers on ${address}:${port}`);
            await sleep(LOOK_AGAIN_MS);
          }
        }),
      ),
    );
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(
      children.map((child) => (child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined)),
    );
  }
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ host, port, path: "/healthz", agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.once("error", () => resolve(false));
    asked.end();
  });
}
