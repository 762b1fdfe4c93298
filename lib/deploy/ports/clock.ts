export interface Clock {
  /** Wall clock of this machine: for display and timeouts of our own; leases and waits use the database's. */
  now(): Date;
  /** Milliseconds that never run backwards. */
  monotonicMs(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
