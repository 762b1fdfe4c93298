import { appendFileSync } from "node:fs";

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
}
