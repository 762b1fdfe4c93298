/** How a service is kept running once a version of it was verified. */

export const RUNNING_KINDS = ["process", "supervised"] as const;
export type RunningKind = (typeof RUNNING_KINDS)[number];

export type Running =
  /** A process that nothing restarts: when it falls over, it is down until a person or the next change acts. */
  | { readonly kind: "process" }
  /** A small supervisor beside it restarts it outside of changes, after 1 s, then twice as long each time, 60 s at most. */
  | { readonly kind: "supervised" };

export const DEFAULT_RUNS: Running = { kind: "process" };

/** Whether something on the host starts it again by itself, so that what runs may be another process than was verified. */
export function restartsItself({ kind }: Running): boolean {
  return kind !== "process";
}
