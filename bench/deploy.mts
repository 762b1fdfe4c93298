/**
 * The same 5 MB package to the same hosts over SSH, all at once, and back, by everything that a team would pick: its digest checked,
 * unpacked, linked, restarted, and healthy. The contestants take turns. Then a host that hangs, and a lab of many hosts.
 *
 *   npm run bench:deploy -- [--hosts 20] [--runs 5] [--many 200]
 *
 * Exits with 1 when a bar is missed or could not be measured. Needs root on Linux: the hosts are network namespaces.
 */
import { barsOf } from "./deploy/bars.mjs";
import { compare } from "./deploy/compare.mjs";
import { crowd } from "./deploy/crowd.mjs";
import { printRows } from "./deploy/table.mjs";
import { provide } from "./deploy/tools.mjs";
import { machine, option, printTable } from "./measure.mjs";
import { inScratch } from "./scratch.mjs";

const hosts = option("hosts", 20, 60);
const runs = option("runs", 5, 20);
const many = option("many", 200, 250);

const say = (sentence: string) => process.stderr.write(`  ${sentence}\n`);
const missing = provide(say);
for (const tool of ["ip", "sshd", "ssh", "busybox"] as const) {
  const why = missing(tool);
  if (why !== null) throw new Error(why);
}
const began = machine();
const compared = await inScratch((scratch, undo) => compare(scratch, undo, { hosts, runs, missing, say }));
const crowded = await inScratch((scratch, undo) => crowd(scratch, undo, { hosts: many, say }));
console.log(`${began} as it began; ${hosts} hosts, ${runs} runs`);
printRows(compared, hosts);
const bars = barsOf(compared, crowded, { hosts, many });
printTable(
  ["", "bar", "measured", ""],
  bars.map(({ what, bar, found, met }) => [what, bar, found, met ? "met" : "missed"]),
);
process.exitCode = bars.every(({ met }) => met) ? 0 : 1;
