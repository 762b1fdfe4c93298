import type { HostCommand, HostOutput } from "../channel";
import type { Line } from "./line";
import type { Login } from "./session";
import { Slots } from "./slots";
import { SshTrouble } from "./trouble";

const FIRST_WAIT_MS = 250;
/** With its spread less than the 3.5 s that a deployment asks a host for: a host that is there again is never given up for what was before. */
const LONGEST_WAIT_MS = 2_000;
const IDLE_MS = 10 * 60_000;
/** A server may still count a session that ended a moment ago; one that refuses a single session as often as this takes none. */
const MOST_REFUSALS = 5;

export interface ConnectionParts {
  /** Opens one; throws SshTrouble. */
  readonly open: () => Promise<Line>;
  /** Milliseconds that never run backwards. */
  readonly now: () => number;
  readonly login: Login;
  /** Nobody has asked for ten minutes: it is to be closed and forgotten. */
  readonly onIdle: () => void;
}

/**
 * The one connection to a host, opened when it is first needed and kept for whoever comes next. A host that cannot be reached is
 * not tried again at once: in between every caller hears the same trouble without waiting for it.
 */
export class HostConnection {
  private readonly slots = new Slots();
  private line: Line | null = null;
  private opening: Promise<Line> | null = null;
  private failures = 0;
  private last: { readonly trouble: SshTrouble; readonly retryAt: number } | null = null;
  private idle: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly parts: ConnectionParts) {}

  /**
   * Runs a program in one of its slots. When the server refuses one more session nothing has begun, and it waits for another to end;
   * a server that takes none at all is a trouble.
   * Throws SshTrouble, the signal's reason, and a stdin stream's own error.
   */
  async run(command: HostCommand, signal: AbortSignal): Promise<HostOutput> {
    for (let refusals = 0; ; ) {
      const giveBack = await this.slots.take(command.lasting === true, signal);
      clearTimeout(this.idle);
      command.onTurn?.();
      try {
        const line = await orAborted(this.ready(), signal);
        const end = await line.run(command, signal);
        if (end === "too_many_sessions") {
          refusals = this.slots.tooMany() ? 0 : refusals + 1;
          if (refusals === MOST_REFUSALS) throw new SshTrouble("shell_refuses", this.parts.login);
        } else if (end !== "not_connected") return end;
      } finally {
        giveBack();
        this.restSoon();
      }
    }
  }

  private ready(): Promise<Line> {
    if (this.line !== null) return Promise.resolve(this.line);
    this.opening ??= this.open().finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  private async open(): Promise<Line> {
    if (this.last !== null && this.parts.now() < this.last.retryAt) throw this.last.trouble;
    try {
      const line = await this.parts.open();
      line.onGone(() => {
        if (this.line === line) this.line = null;
      });
      this.failures = 0;
      this.last = null;
      if (this.closed) await line.close();
      else this.line = line;
      return line;
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
    this.idle = setTimeout(() => this.parts.onIdle(), IDLE_MS).unref();
  }

  /** Lets the host go. What runs there goes on. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.idle);
    const line = this.line;
    this.line = null;
    await line?.close();
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
