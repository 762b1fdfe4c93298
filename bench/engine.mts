/**
 * What the engine itself costs: everything that a rollout takes but the hosts, which do each step in no time. And how it shares itself out,
 * and how fast a killed worker is replaced.
 *
 *   npm run bench:engine -- [curve] [fairness] [take-over] [--most 10000] [--rollouts 200] [--kills 20]
 */
import { openConsole } from "./engine/console.mjs";
import { curve } from "./engine/curve.mjs";
import { fairness } from "./engine/fairness.mjs";
import { takeOver } from "./engine/take-over.mjs";
import { machine, option } from "./measure.mjs";
import { inScratch } from "./scratch.mjs";

const PARTS = ["curve", "fairness", "take-over"] as const;
const named = PARTS.filter((part) => process.argv.includes(part));
const parts = new Set(named.length > 0 ? named : PARTS);
const most = option("most", 10_000, 10_000);
const rollouts = option("rollouts", 200, 1_000);
const kills = option("kills", 20, 200);

await inScratch(async (scratch, undo) => {
  const opened = await openConsole(scratch.databaseUrl, undo);
  console.log(machine());
  if (parts.has("curve")) await curve(scratch, undo, opened, most);
  if (parts.has("fairness")) await fairness(scratch, undo, opened, rollouts);
  if (parts.has("take-over")) {
    await takeOver(scratch, undo, opened, { kills, sameMachine: true });
    await takeOver(scratch, undo, opened, { kills, sameMachine: false });
  }
  console.log(machine());
});
