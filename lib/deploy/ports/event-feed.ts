import type { EventRow } from "./reads";

export interface FeedListener {
  /** New events in the order of their positions, each once. */
  onEvents(events: readonly EventRow[]): void;
  /** The log was set back (a restored backup): what was seen may not be there any more. `top` is its end now. */
  onReset(top: bigint): void;
  /** The feed is closed: nothing comes any more. */
  onClose(): void;
}

/** Tells every event of the log soon after its commit, to any number of listeners over one connection. */
export interface EventFeed {
  /** Resolves when no event numbered from now on can be missed. The answer ends the subscription. */
  subscribe(listener: FeedListener): Promise<() => void>;
  close(): Promise<void>;
}
