/** The only place that wires implementations to ports. */
import { type Config, readConfig } from "@/lib/config";
import { auditRefusals } from "./commands/audit-refusals";
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
import { waitForEnd } from "./queries/wait-for-end";
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
  /** True once the rollout has ended; false after so many seconds without that. */
  waitForEnd(id: string, seconds: number, signal?: AbortSignal): Promise<boolean>;
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
  const catalogue = createCatalogueStore(db);
  const rollouts = createRolloutCommands({ store: createRolloutStore(db), packages, trustedAfterS: config.trustedAfterS });
  return {
    startDeployment: auditRefusals(catalogue, "start_deployment", rollouts.startDeployment, (request) => request.deployId),
    startRollback: auditRefusals(catalogue, "start_rollback", rollouts.startRollback, (request) => request.rollbackId),
    takeBack: auditRefusals(catalogue, "take_back", rollouts.takeBack, (request) => request.rollbackId),
    restart: auditRefusals(catalogue, "restart", rollouts.restart, (request) => request.deployId),
    act: auditRefusals(catalogue, "act_on_rollout", rollouts.act, (request) => request.id),
    preview: rollouts.preview,
    adopt: auditRefusals(catalogue, "adopt_instance", rollouts.adopt, (instance) => instance),
    ...createCatalogueCommands({ catalogue }),
    config,
    db,
    reads,
    queries: createQueries({ reads, rollbacks, health: createHealth(systemClock) }),
    feed,
    packages,
    waitForEnd: (id, seconds, signal) => waitForEnd({ reads, feed }, id, seconds, signal),
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
