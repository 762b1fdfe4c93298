import type { Pace } from "../throttle";

/** A clock on which only waiting takes time. */
export class WaitingClock implements Pace {
  ms = 0;

  monotonicMs(): number {
    return this.ms;
  }

  async sleep(ms: number): Promise<void> {
    this.ms += ms;
  }
}
