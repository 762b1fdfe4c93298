import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";

/** The merged log: everything that was asked, broken and seen, in one order. A line a happening, as JSON. */
export class RunLog {
  readonly #beganAt = performance.now();

  constructor(readonly file: string) {}

  /** Milliseconds since the run began. */
  get now(): number {
    return Math.round(performance.now() - this.#beganAt);
  }

  write(what: string, facts: Readonly<Record<string, unknown>> = {}): void {
    appendFileSync(this.file, `${JSON.stringify({ ms: this.now, at: new Date().toISOString(), what, ...facts })}\n`);
  }

  /** Puts what was told elsewhere in its place by time: each has an `at`. */
  merge(what: string, others: readonly { readonly at: Date }[]): void {
    const own = existsSync(this.file) ? readFileSync(this.file, "utf8").trimEnd().split("\n") : [];
    const lines = [...own, ...others.map((other) => JSON.stringify({ what, ...other }))];
    const timed = lines.map((line) => ({ line, at: /"at":"([^"]+)"/.exec(line)?.[1] ?? "" }));
    timed.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    writeFileSync(this.file, `${timed.map(({ line }) => line).join("\n")}\n`);
  }
}
