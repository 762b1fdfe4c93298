"use client";

import { useSyncExternalStore } from "react";

/** One clock for the whole page per pace: components that tick together repaint together. */
class Ticker {
  #now = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #watchers = new Set<() => void>();

  constructor(private readonly everyMs: number) {}

  readonly watch = (changed: () => void): (() => void) => {
    this.#watchers.add(changed);
    this.#timer ??= setInterval(() => this.#tick(), this.everyMs);
    if (this.#watchers.size === 1) this.#tick();
    return () => {
      this.#watchers.delete(changed);
      if (this.#watchers.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  };

  readonly read = (): number => {
    if (this.#now === 0) this.#now = Date.now();
    return this.#now;
  };

  #tick(): void {
    this.#now = Date.now();
    for (const changed of this.#watchers) changed();
  }
}

const TICKERS = { fine: new Ticker(100), second: new Ticker(1000), slow: new Ticker(15_000) };

/**
 * The viewer's clock in epoch milliseconds, renewed ten times a second (`fine`, countdowns), every `second`, or every 15 s
 * (`slow`, ages). null on the server and in the first paint, so that both draw the same.
 */
export function useNow(pace: keyof typeof TICKERS): number | null {
  const ticker = TICKERS[pace];
  return useSyncExternalStore<number | null>(ticker.watch, ticker.read, nothingYet);
}

function nothingYet(): null {
  return null;
}

/**
 * Milliseconds from now until a server time, not trusting the viewer's clock: `serverTime` is when the answer was written and
 * `receivedAt` the viewer's clock at its arrival (react-query's `dataUpdatedAt`). Never below 0.
 */
export function msUntil(until: string, serverTime: string, receivedAt: number, now: number): number {
  return Math.max(0, Date.parse(until) - Date.parse(serverTime) - (now - receivedAt));
}
