/** How long a further signal counts as the first one's echo: npm passes on a Ctrl-C that the terminal has sent us already. */
const ECHO_MS = 1_000;

export interface Stopping {
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP: stop cleanly. */
  readonly wanted: AbortSignal;
  /** Aborted by the next one: stop at once. */
  readonly hurried: AbortSignal;
  /** Lets signals end this process again. */
  dispose(): void;
}

/** From now on signals no longer end this process. */
export function listenForStop(): Stopping {
  const wanted = new AbortController();
  const hurried = new AbortController();
  let firstAt = 0;
  const onSignal = () => {
    if (!wanted.signal.aborted) {
      firstAt = performance.now();
      wanted.abort();
    } else if (performance.now() - firstAt > ECHO_MS) {
      hurried.abort();
    }
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return {
    wanted: wanted.signal,
    hurried: hurried.signal,
    dispose: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
