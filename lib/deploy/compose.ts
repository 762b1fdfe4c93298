/** The only place that wires implementations to ports. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Config, readConfig } from "@/lib/config";
import { createHealth } from "./health/probe";
import { ask } from "./packages/ask";
import { withDefaults } from "./packages/options";
import type { Clock, Packages } from "./ports";
import type { EventFeed } from "./ports/event-feed";
import type { ReadStore } from "./ports/reads";
import type { Rollbacks } from "./ports/rollbacks";
import { createQueries, type Queries } from "./queries";
import { type Database, openDatabase } from "./store/database";
import { createEventFeed } from "./store/event-feed";
import { createReadStore } from "./store/reads";

export { databaseAway } from "./store/database";

export interface Core {
  readonly config: Config;
  readonly db: Database;
  readonly reads: ReadStore;
  readonly queries: Queries;
  readonly feed: EventFeed;
  readonly packages: Pick<Packages, "ask">;
  close(): Promise<void>;
}

export interface CoreOptions {
  /** Told what goes wrong where nobody waits for an answer. */
  readonly onProblem?: (error: unknown) => void;
}

const clock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep: async (ms, signal) => await sleep(ms, undefined, { signal }),
};

export function composeCore(config: Config, { onProblem = () => undefined }: CoreOptions = {}): Core {
  const db = openDatabase({ url: config.databaseUrl, poolSize: config.poolSize });
  const reads = createReadStore(db);
  const rollbacks: Rollbacks = { summary: async () => new Map(), targets: async () => new Map() };
  const feed = createEventFeed({ db, url: config.databaseUrl, onProblem });
  const packageOptions = withDefaults({ ...config.packages, spoolFolder: config.dataFolder, cache: null });
  return {
    config,
    db,
    reads,
    queries: createQueries({ reads, rollbacks, health: createHealth(clock) }),
    feed,
    packages: { ask: (url) => ask(url, packageOptions) },
    close: async () => {
      await feed.close();
      await db.$disconnect();
    },
  };
}

declare global {
  /** One core a process: Next loads a module once for each bundle that imports it. */
  var slipwayCore: Core | undefined;
}

/** The process's core, opened from the environment when it is first asked for. */
export function core(): Core {
  globalThis.slipwayCore ??= composeCore(readConfig(process.env));
  return globalThis.slipwayCore;
}
