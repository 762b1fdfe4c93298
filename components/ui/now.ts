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
    if (this.#timer === undefined) this.#now = Date.now();
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
 * (`slow`). null on the server and in the first paint, so that both draw the same.
 */
export function useNow(pace: keyof typeof TICKERS): number | null {
  const ticker = TICKERS[pace];
  return useSyncExternalStore<number | null>(ticker.watch, ticker.read, nothingYet);
}

/**
 * Whole seconds since `at`, never below 0, repainting its component only when the age that a person reads can differ: every
 * second in the first minute, then every 15 s. null on the server and in the first paint.
 */
export function useAge(at: number): number | null {
  return useSyncExternalStore<number | null>(TICKERS.second.watch, () => coarse(TICKERS.second.read() - at), nothingYet);
}

function coarse(ageMs: number): number {
  const seconds = Math.max(0, Math.floor(ageMs / 1000));
  return seconds < 60 ? seconds : seconds - (seconds % 15);
}

function nothingYet(): null {
  return null;
}
