/** The only place that wires implementations to ports. */
import { type Config, readConfig } from "@/lib/config";
import { type CatalogueCommands, createCatalogueCommands } from "./commands/catalogue";
import { createRolloutCommands, type RolloutCommands } from "./commands/rollout-commands";
import { systemClock } from "./engine/system-clock";
import { createHealth } from "./health/probe";
import { ask } from "./packages/ask";
import { withDefaults } from "./packages/options";
import type { Packages } from "./ports";
import type { EventFeed } from "./ports/event-feed";
import type { ReadStore } from "./ports/reads";
import { createQueries, type Queries } from "./queries";
import { createCatalogueStore } from "./store/catalogue";
import { type Database, openDatabase } from "./store/database";
import { createEventFeed } from "./store/event-feed";
import { createReadStore } from "./store/reads";
import { createRollbacks } from "./store/rollouts/rollback-summary";
import { createRolloutStore } from "./store/rollouts/rollout-store";

export { databaseAway } from "./store/database";

export interface Core extends CatalogueCommands, RolloutCommands {
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

export function composeCore(config: Config, { onProblem = () => undefined }: CoreOptions = {}): Core {
  const db = openDatabase({ url: config.databaseUrl, poolSize: config.poolSize });
  const reads = createReadStore(db);
  const rollbacks = createRollbacks(db, { trustedAfterS: config.trustedAfterS });
  const feed = createEventFeed({ db, url: config.databaseUrl, onProblem });
  const packageOptions = withDefaults({ ...config.packages, spoolFolder: config.dataFolder, cache: null });
  const packages = { ask: (url: string) => ask(url, packageOptions) };
  const rollouts = createRolloutStore(db);
  return {
    ...createRolloutCommands({ store: rollouts, packages, trustedAfterS: config.trustedAfterS }),
    ...createCatalogueCommands({ catalogue: createCatalogueStore(db) }),
    config,
    db,
    reads,
    queries: createQueries({ reads, rollbacks, health: createHealth(systemClock) }),
    feed,
    packages,
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
