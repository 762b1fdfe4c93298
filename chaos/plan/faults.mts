/** The faults, and how one is chosen. What they do is in `world/`. */
import { HOSTS, type HostName, INSTANCES } from "./fleet.mjs";
import type { Random } from "./random.mjs";

export const WORKERS = 3;
export const WEBS = 2;

/** Places at which `host.sh` dies when it is told to: a journal entry, and whether it was written already. */
const ENTRIES = ["begun", "stop", "switch", "start", "verify", "done", "reverting", "revert_start", "reverted"] as const;

export type Fault =
  | { readonly fault: "kill_worker" | "kill_web"; readonly which: number; readonly awayMs: number }
  | { readonly fault: "kill_database"; readonly awayMs: number }
  | { readonly fault: "freeze_worker" | "freeze_web"; readonly which: number; readonly forMs: number }
  | { readonly fault: "cut_connections"; readonly share: number; readonly at: number }
  | { readonly fault: "cut_streams" }
  | { readonly fault: "host_hangs" | "host_silent" | "disk_full"; readonly host: HostName; readonly forMs: number }
  | { readonly fault: "host_slow"; readonly host: HostName; readonly forMs: number; readonly delayMs: number }
  | { readonly fault: "shell_killed"; readonly host: HostName }
  | { readonly fault: "shell_dies_at"; readonly host: HostName; readonly entry: string }
  | { readonly fault: "process_killed"; readonly instance: string }
  | { readonly fault: "shelf_stalls" | "shelf_truncates" | "shelf_lies"; readonly forMs: number };

const WEIGHTS = {
  kill_worker: 20,
  freeze_worker: 8,
  kill_web: 7,
  freeze_web: 3,
  kill_database: 5,
  cut_connections: 8,
  cut_streams: 8,
  host_hangs: 6,
  host_silent: 5,
  host_slow: 5,
  disk_full: 5,
  shell_killed: 10,
  shell_dies_at: 10,
  process_killed: 5,
  shelf_stalls: 3,
  shelf_truncates: 3,
  shelf_lies: 3,
} as const satisfies Record<Fault["fault"], number>;

export function randomFault(random: Random): Fault {
  const fault = random.weighted(WEIGHTS);
  switch (fault) {
    case "kill_worker":
      return { fault, which: random.whole(1, WORKERS), awayMs: random.whole(300, 9_000) };
    case "kill_web":
      return { fault, which: random.whole(1, WEBS), awayMs: random.whole(300, 2_000) };
    case "kill_database":
      return { fault, awayMs: random.whole(200, 3_000) };
    case "freeze_worker":
      return { fault, which: random.whole(1, WORKERS), forMs: random.whole(7_000, 12_000) };
    case "freeze_web":
      return { fault, which: random.whole(1, WEBS), forMs: random.whole(1_000, 8_000) };
    case "cut_connections":
      return { fault, share: random.pick([0.2, 0.5, 1]), at: random.next() };
    case "cut_streams":
      return { fault };
    case "host_hangs":
    case "host_silent":
    case "disk_full":
      return { fault, host: random.pick(HOSTS), forMs: random.whole(2_000, 9_000) };
    case "host_slow":
      return { fault, host: random.pick(HOSTS), forMs: random.whole(4_000, 12_000), delayMs: random.whole(200, 1_500) };
    case "shell_killed":
      return { fault, host: random.pick(HOSTS) };
    case "shell_dies_at":
      return { fault, host: random.pick(HOSTS), entry: `_activate/${random.pick(ENTRIES)}/${random.pick(["before", "after"])}` };
    case "process_killed":
      return { fault, instance: random.pick(INSTANCES).id };
    case "shelf_stalls":
    case "shelf_truncates":
    case "shelf_lies":
      return { fault, forMs: random.whole(2_000, 6_000) };
    default:
      return fault satisfies never;
  }
}
