import type ssh2 from "ssh2";
import { Slots } from "./slots";
import { SshTrouble } from "./trouble";

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 15_000;
const IDLE_MS = 10 * 60_000;

export interface ConnectionParts {
  /** Opens one; throws SshTrouble. */
  readonly open: () => Promise<ssh2.Client>;
  /** Milliseconds that never run backwards. */
  readonly now: () => number;
  /** Nobody has asked for ten minutes: the connection is closed, and this object is done. */
  readonly onIdle: () => void;
}

/**
 * The one connection to a host, opened when it is first needed and kept for whoever comes next. A host that cannot be reached is
 * not tried again at once: in between every caller hears the same trouble without waiting for it.
 */
export class HostConnection {
  private readonly slots = new Slots();
  private client: ssh2.Client | null = null;
  private opening: Promise<ssh2.Client> | null = null;
  private failures = 0;
  private last: { readonly trouble: SshTrouble; readonly retryAt: number } | null = null;
  private idle: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly parts: ConnectionParts) {}

  /**
   * Runs `use` on the connection in one of its slots. When the server refuses one more session nothing has begun, and it waits for
   * another to end. Throws SshTrouble, and the signal's reason.
   */
  async withClient<T>(
    lasting: boolean,
    signal: AbortSignal,
    use: (client: ssh2.Client) => Promise<T | "too_many_sessions">,
  ): Promise<T> {
    for (;;) {
      const giveBack = await this.slots.take(lasting, signal);
      clearTimeout(this.idle);
      try {
        const result = await use(await orAborted(this.ready(), signal));
        if (result !== "too_many_sessions") return result;
        this.slots.tooMany();
      } finally {
        giveBack();
        this.restSoon();
      }
    }
  }

  private ready(): Promise<ssh2.Client> {
    if (this.client !== null) return Promise.resolve(this.client);
    this.opening ??= this.open().finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  private async open(): Promise<ssh2.Client> {
    if (this.last !== null && this.parts.now() < this.last.retryAt) throw this.last.trouble;
    try {
      const client = await this.parts.open();
      client.once("close", () => {
        if (this.client === client) this.client = null;
      });
      this.failures = 0;
      this.last = null;
      if (this.closed) client.destroy();
      else this.client = client;
      return client;
    } catch (error) {
      if (!(error instanceof SshTrouble)) throw error;
      // Spread out, so that many workers do not come back to a host in one beat.
      const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.failures) * (0.75 + Math.random() / 2);
      this.failures += 1;
      this.last = { trouble: error, retryAt: this.parts.now() + wait };
      throw error;
    }
  }

  private restSoon(): void {
    if (!this.slots.idle || this.closed) return;
    clearTimeout(this.idle);
    this.idle = setTimeout(() => {
      this.parts.onIdle();
      this.close();
    }, IDLE_MS).unref();
  }

  /** Lets the host go. What runs there goes on. */
  close(): void {
    this.closed = true;
    clearTimeout(this.idle);
    this.client?.end();
    this.client?.destroy();
    this.client = null;
  }
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}
