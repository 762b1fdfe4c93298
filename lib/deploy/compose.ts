/** The only place that wires implementations to ports. */
import { type Config, readConfig } from "@/lib/config";
import { log } from "@/lib/log";
import { auditRefusals } from "./commands/audit-refusals";
import { type CatalogueCommands, createCatalogueCommands } from "./commands/catalogue";
import { createRolloutCommands, type RolloutCommands } from "./commands/rollout-commands";
import { composePackages } from "./compose-packages";
import { systemClock } from "./engine/system-clock";
import { createHealth } from "./health/probe";
import { createReleaseLinks } from "./packages/release-links";
import type { Packages, SignedLink } from "./ports";
import type { EventFeed } from "./ports/event-feed";
import type { HostCandidate } from "./ports/host-check";
import type { JobQueue } from "./ports/jobs";
import type { ReadStore } from "./ports/reads";
import { createQueries, type Queries } from "./queries";
import { type OpenedRelease, signedRelease } from "./queries/signed-release";
import { waitForEnd } from "./queries/wait-for-end";
import { createCatalogueStore } from "./store/catalogue";
import { type Database, openDatabase } from "./store/database";
import { createEventFeed } from "./store/event-feed";
import { createHostFinder } from "./store/host-finder";
import { openJobs } from "./store/jobs";
import { createReadStore } from "./store/reads";
import { createReleaseKey } from "./store/release-key";
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
  /** What a signed link is for. Throws `forbidden` and `not_found`. */
  signedRelease(link: SignedLink): Promise<OpenedRelease>;
  /** True once the rollout has ended; false after so many seconds without that. */
  waitForEnd(id: string, seconds: number, signal?: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}

const ASK_HOST_MS = 5_000;
const LOOK_AT_HOST_MS = 10_000;

export interface CoreOptions {
  /** Told what goes wrong where nobody waits for an answer. */
  readonly onProblem?: (error: unknown) => void;
}

export function composeCore(config: Config, { onProblem = () => undefined }: CoreOptions = {}): Core {
  const db = openDatabase({ url: config.databaseUrl, poolSize: config.poolSize });
  const reads = createReadStore(db);
  const rollbacks = createRollbacks(db, { trustedAfterS: config.trustedAfterS });
  const feed = createEventFeed({ db, url: config.databaseUrl, onProblem });
  const packages = composePackages(config, db, onProblem);
  const links = createReleaseLinks(config.url, createReleaseKey(db));
  const catalogue = createCatalogueStore(db);
  // Few services need a host to be asked: the connection is opened with the first question.
  let jobs: Promise<JobQueue> | null = null;
  const queue = () => {
    jobs ??= openJobs(config.databaseUrl, "web", onProblem);
    return jobs;
  };
  const askOnHost = async (instance: string) =>
    (await (await queue()).ask("check-instance", { instance }, ASK_HOST_MS))?.answers ?? null;
  const lookAtHost = async (host: HostCandidate) => await (await queue()).ask("check-host", { host }, LOOK_AT_HOST_MS);
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
    queries: createQueries({
      reads,
      rollbacks,
      health: createHealth(systemClock),
      askOnHost,
      lookAtHost,
      hosts: createHostFinder(db),
    }),
    feed,
    packages,
    signedRelease: (link) => signedRelease({ links, packages }, link),
    waitForEnd: (id, seconds, signal) => waitForEnd({ reads, feed }, id, seconds, signal),
    close: async () => {
      await (await jobs)?.close();
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
  globalThis.slipwayCore ??= composeCore(readConfig(process.env), {
    onProblem: (error) => log().warn({ err: error }, "something went wrong in the background"),
  });
  return globalThis.slipwayCore;
}

/** Closes the process's core, if it was ever opened. */
export async function closeCore(): Promise<void> {
  await globalThis.slipwayCore?.close();
}
