import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { keyText } from "../keys";

/** A key that was just refreshed is refreshed again this much later at the earliest, in milliseconds. */
export const REFRESH_EVERY_MS = 120;
/** …and a costly one later: at most this share of the time is spent asking. */
const LARGEST_SHARE = 1 / 3;

interface Lane {
  readonly key: QueryKey;
  /** Touched again since the refresh that runs began. */
  again: boolean;
}

export interface Coalescer {
  touch(key: QueryKey): void;
  stop(): void;
}

/**
 * Turns many events into few refreshes, each key for itself: the first touch refreshes at once, further ones once the
 * answer is there and the key's interval has passed since that refresh began. So a slow server is never asked faster
 * than it answers, and the last event is always followed by a refresh that began after it.
 */
export function createCoalescer(client: QueryClient): Coalescer {
  const lanes = new Map<string, Lane>();
  let stopped = false;

  async function run(lane: Lane): Promise<void> {
    do {
      const began = performance.now();
      // A first load under way cannot be restarted; it may have read what was true before the event.
      lane.again = client.getQueryCache().findAll({ queryKey: lane.key, predicate: isFirstLoad }).length > 0;
      await client.invalidateQueries({ queryKey: lane.key });
      const took = performance.now() - began;
      await wait(Math.max(REFRESH_EVERY_MS, took / LARGEST_SHARE) - took);
    } while (lane.again && !stopped);
    if (!stopped) lanes.delete(keyText(lane.key));
  }

  return {
    touch(key) {
      const text = keyText(key);
      const lane = lanes.get(text);
      if (lane !== undefined) {
        lane.again = true;
        return;
      }
      const opened: Lane = { key, again: false };
      lanes.set(text, opened);
      // After the current batch of events: those that arrived together cost one refresh.
      queueMicrotask(() => void run(opened));
    },
    stop() {
      stopped = true;
      lanes.clear();
    },
  };
}

function isFirstLoad(query: { readonly state: { readonly data: unknown; readonly fetchStatus: string } }): boolean {
  return query.state.data === undefined && query.state.fetchStatus === "fetching";
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
