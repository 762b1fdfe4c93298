import { hasEnded } from "../domain/statuses";
import type { EventFeed } from "../ports/event-feed";
import type { ReadStore } from "../ports/reads";

export interface WaitDeps {
  readonly reads: Pick<ReadStore, "rolloutStatus">;
  readonly feed: EventFeed;
}

/**
 * Resolves true as soon as the rollout has ended, or false after so many seconds, or when `signal` is aborted. Nothing is asked
 * while it waits: the event of the end wakes it.
 */
export async function waitForEnd({ reads, feed }: WaitDeps, id: string, seconds: number, signal?: AbortSignal): Promise<boolean> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), seconds * 1000);
  const told = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal]);
  const stop = () => over.abort();
  const leave = await feed.subscribe({
    onEvents: (events) => {
      if (events.some((event) => event.rolloutId === id && event.code === "rollout_ended")) stop();
    },
    onReset: stop,
    onClose: stop,
  });
  try {
    if (!(await ended(reads, id))) await aborted(told);
    return await ended(reads, id);
  } finally {
    clearTimeout(timer);
    leave();
  }
}

async function ended(reads: WaitDeps["reads"], id: string): Promise<boolean> {
  const rollout = await reads.rolloutStatus(id);
  return rollout !== null && hasEnded(rollout.status);
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
