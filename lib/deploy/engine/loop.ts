import type { Clock } from "../ports";

/** Told what goes wrong where nobody waits for an answer; the loop goes on. */
export type OnProblem = (what: string, error: unknown) => void;

/**
 * Runs `turn` again and again: at once when `poke` is called, and after `everyMs` when nobody calls. Turns never overlap. A turn that
 * fails is told and tried again after a second.
 */
export class Loop {
  private poked = false;
  private stopped = false;
  private wake: AbortController | null = null;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly name: string,
    private readonly clock: Clock,
    private readonly everyMs: number,
    private readonly turn: () => Promise<void>,
    private readonly onProblem: OnProblem,
  ) {}

  start(): void {
    this.running = this.run();
  }

  poke(): void {
    this.poked = true;
    this.wake?.abort();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.wake?.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.poked = false;
      let pause = this.everyMs;
      try {
        await this.turn();
      } catch (error) {
        this.onProblem(this.name, error);
        pause = Math.min(this.everyMs, 1_000);
      }
      if (!this.poked) await this.rest(pause);
    }
  }

  private async rest(ms: number): Promise<void> {
    if (this.stopped) return;
    this.wake = new AbortController();
    // Being woken is not an error: it is what the signal is for.
    await this.clock.sleep(ms, this.wake.signal).catch(() => undefined);
    this.wake = null;
  }
}
