/** What every script here measures and prints the same way. */
import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";

export interface Summary {
  readonly runs: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Throws RangeError without a value. */
export function summaryOf(values: readonly number[]): Summary {
  return { runs: values.length, median: percentile(values, 0.5), min: percentile(values, 0), max: percentile(values, 1) };
}

/** By linear interpolation between the two nearest; `share` from 0 to 1. Throws RangeError without a value. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  const above = sorted[Math.ceil(at)];
  if (below === undefined || above === undefined) throw new RangeError("nothing was measured");
  return below + (above - below) * (at - Math.floor(at));
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** Milliseconds as a person reads them. */
export function shown(ms: number): string {
  return ms < 100 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

export function rowOf(name: string, values: readonly number[]): readonly string[] {
  const { runs, median, min, max } = summaryOf(values);
  return [name, String(runs), shown(median), `${shown(min)} – ${shown(max)}`];
}

export const COLUMNS = ["", "runs", "median", "min – max"] as const;

/** A Markdown table on the terminal, so that it can be kept as it is. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  console.log(["", line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line), ""].join("\n"));
}

/** The machine in one line, with what else keeps it busy: numbers of a busy machine compare only within one run. */
export function machine(): string {
  const release = readFileSync("/etc/os-release", "utf8");
  const system = /^PRETTY_NAME="(.*)"$/m.exec(release)?.[1] ?? process.platform;
  const load = loadavg().map((each) => each.toFixed(1));
  return [
    `${cpus().length} × ${cpus()[0]?.model.trim() ?? "CPU"}`,
    `${Math.round(totalmem() / 1024 ** 3)} GiB`,
    system,
    `Node ${process.versions.node}`,
    `load ${load.join(" ")}`,
  ].join(", ");
}

/** A number from the command line, such as `--runs 7`; bounded, so that no script runs for ever. */
export function option(name: string, usual: number, most: number): number {
  const at = process.argv.indexOf(`--${name}`);
  const given = at < 0 ? usual : Number(process.argv[at + 1]);
  if (!Number.isInteger(given) || given < 1 || given > most)
    throw new RangeError(`--${name} is a whole number from 1 to ${most}`);
  return given;
}
