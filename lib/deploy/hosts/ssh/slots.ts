/** Servers take ten sessions a connection unless told otherwise; two are left for people. */
const MOST = 8;
/** Left for questions that are answered at once, so that a rollback never waits for the changes that it takes over. */
const KEPT_FREE = 2;

interface Waiting {
  readonly lasting: boolean;
  readonly begin: () => void;
}

/** How much runs on one connection at a time. */
export class Slots {
  private used = 0;
  private lasting = 0;
  private most = MOST;
  private waiting: Waiting[] = [];

  get idle(): boolean {
    return this.used === 0 && this.waiting.length === 0;
  }

  /** Resolves with what gives the slot back. `lasting`: it may hold it for minutes. Rejects with the signal's reason. */
  take(lasting: boolean, signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        lasting,
        begin: () => {
          signal.removeEventListener("abort", leave);
          this.used += 1;
          if (lasting) this.lasting += 1;
          resolve(() => {
            this.used -= 1;
            if (lasting) this.lasting -= 1;
            this.next();
          });
        },
      };
      const leave = () => {
        this.waiting = this.waiting.filter((each) => each !== entry);
        reject(signal.reason);
      };
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener("abort", leave, { once: true });
      this.waiting.push(entry);
      this.next();
    });
  }

  /** The server takes no more than what runs now, without the one that it refused. Returns whether any of it is left to wait for. */
  tooMany(): boolean {
    this.most = Math.max(1, Math.min(this.most, this.used - 1));
    return this.used > 1;
  }

  private next(): void {
    for (const entry of this.waiting) {
      if (this.used >= this.most) return;
      if (entry.lasting && this.lasting >= Math.max(1, this.most - KEPT_FREE)) continue;
      this.waiting = this.waiting.filter((each) => each !== entry);
      entry.begin();
    }
  }
}
