import { Transform, type TransformCallback } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../ports";

/** The clock that a limit is kept by. */
export type Pace = Pick<Clock, "monotonicMs" | "sleep">;

export const THIS_MACHINE: Pace = {
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

/** Passes in a second, so that a limit is kept in every tenth of one and not only on the average. */
const PORTIONS = 10;

/** Lets bytes through no faster than so many a second. A reader that falls behind does not catch up faster than that. */
export class Throttle extends Transform {
  private readonly gone = new AbortController();
  /** When the next portion may pass. */
  private due = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly bytesPerS: number,
    private readonly pace: Pace = THIS_MACHINE,
  ) {
    super({ highWaterMark: 64 * 1024 });
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.portion(chunk).then(
      () => done(),
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
    );
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.gone.abort();
    done(error);
  }

  private async portion(chunk: Buffer): Promise<void> {
    const most = Math.max(1, Math.floor(this.bytesPerS / PORTIONS));
    for (let at = 0; at < chunk.length; at += most) {
      const part = chunk.subarray(at, at + most);
      const now = this.pace.monotonicMs();
      if (this.due > now) await this.pace.sleep(this.due - now, this.gone.signal);
      this.due = Math.max(this.due, now) + (part.length * 1000) / this.bytesPerS;
      this.push(part);
    }
  }
}
