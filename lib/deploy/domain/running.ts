/** How a service is kept running once a version of it was verified. */

export type Running =
  /** A process that nothing restarts: when it falls over, it is down until a person or the next change acts. */
  | { readonly kind: "process" }
  /** A small supervisor beside it restarts it outside of changes, after 1 s, then twice as long each time, 60 s at most. */
  | { readonly kind: "supervised" }
  /** A unit of systemd, written by Slipway, one an instance. Needs root on the host, or sudo. */
  | {
      readonly kind: "systemd";
      /** Shut off from what most services do without; see docs/hosts.md for the list. */
      readonly hardened: boolean;
      /** Absolute folders that a hardened one may write to besides its temporary files; they have to be there. */
      readonly writable: readonly string[];
    }
  /** Whatever a team runs things with: `start` of the settings brings it up and ends, these do the rest. */
  | {
      readonly kind: "commands";
      readonly stop: readonly string[];
      /** Ends with 0 while it runs, and may print the number of its main process. */
      readonly status: readonly string[];
    };

/** What the processes of an instance may use; null = whatever the host gives them. */
export interface Limits {
  /** Open files of each process. */
  readonly openFiles: number | null;
  /** MiB of the instance as a whole; kept by systemd alone. */
  readonly memoryMb: number | null;
  /** Of one processor, so that 200 is two of them; kept by systemd alone. */
  readonly cpuPercent: number | null;
}

export const NO_LIMITS: Limits = { openFiles: null, memoryMb: null, cpuPercent: null };

export const DEFAULT_RUNS = { kind: "process" } as const satisfies Running;

/** Whether something on the host starts it again by itself, so that what runs may be another process than was verified. */
export function restartsItself({ kind }: Running): boolean {
  return kind !== "process";
}
