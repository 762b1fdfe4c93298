/**
 * The deploy core's public face: the reference's interfaces, thin over the same commands and queries as the HTTP API.
 * Source: docs/contract.md, section 1.
 */
import type { Locale } from "@/i18n/locales";
import { sentence } from "@/lib/sentences";
import type { Core } from "./compose";
import { SlipwayError } from "./domain/errors";
import type { RolloutResult } from "./domain/result";
import type { InstanceStatus, VersionStatus } from "./domain/statuses";
import type { Actor } from "./ports";

export interface DeployParams {
  readonly deployId: string;
  readonly service: string;
  readonly version: string;
  readonly instances: readonly string[];
  readonly packageUrl: string;
}

export interface DeployResult {
  readonly deployId: string;
  readonly service: string;
  readonly version: string;
  readonly message: string;
  /** Ids on which the version runs and was verified, never the ids asked for. */
  readonly instances: readonly string[];
  readonly totalInstances: number;
  readonly completedAt: Date;
}

export interface RollbackParams {
  readonly rollbackId: string;
  readonly service: string;
  readonly targetVersion: string;
  readonly instances: readonly string[];
  readonly packageUrl: string;
}

export interface RollbackResult {
  readonly rollbackId: string;
  readonly service: string;
  readonly targetVersion: string;
  readonly message: string;
  readonly instances: readonly string[];
  readonly totalInstances: number;
  readonly completedAt: Date;
}

export interface DeployService {
  /** Resolves when the rollout has ended, however it ended. Rejects with a SlipwayError only for what was refused before it began. */
  executeDeployment(params: DeployParams): Promise<DeployResult>;
  /** One instance or many. Resolves and rejects like a deployment. */
  executeRollback(params: RollbackParams): Promise<RollbackResult>;
}

export interface InstanceInfo {
  readonly instanceId: string;
  readonly serviceName: string;
  /** "" while it waits for its first version. */
  readonly version: string;
  readonly status: InstanceStatus;
}

export interface VersionInfo {
  readonly version: string;
  readonly status: VersionStatus;
}

export interface InstanceManager {
  /** Without a version every instance of the service; with several, those that run any of them. */
  getServiceInstances(serviceName: string, ...versions: readonly string[]): Promise<readonly InstanceInfo[]>;
  /** The running version first, then the newest activation first. */
  getInstanceVersionHistory(instanceId: string): Promise<readonly VersionInfo[]>;
}

export interface CoreFace {
  readonly core: Core;
  readonly actor: Actor;
  /** Language of the sentences in errors of `validatePackageUrl`. */
  readonly locale?: Locale;
}

/** Longest look between two looks at whether a rollout has ended, in seconds: its event ends the wait at once. */
const WAIT_S = 60;
const PAGE = 500;

export function createDeployService({ core, actor }: CoreFace): DeployService {
  async function ended(id: string): Promise<{ readonly result: RolloutResult; readonly completedAt: Date }> {
    while (!(await core.waitForEnd(id, WAIT_S)));
    const { result, completedAt } = await core.queries.rollout(id);
    if (result === null || completedAt === null) throw new SlipwayError("internal", { rollout: id });
    return { result, completedAt };
  }
  return {
    executeDeployment: async (params) => {
      await core.startDeployment(actor, params);
      const { deployId, service, version } = params;
      return { deployId, service, version, ...outcomeOf(await ended(deployId)) };
    },
    executeRollback: async (params) => {
      await core.startRollback(actor, params);
      const { rollbackId, service, targetVersion } = params;
      return { rollbackId, service, targetVersion, ...outcomeOf(await ended(rollbackId)) };
    },
  };
}

function outcomeOf({ result, completedAt }: { readonly result: RolloutResult; readonly completedAt: Date }) {
  const message = sentence("en", "results", result.message.code, result.message.params) ?? result.message.code;
  return { message, instances: result.instances, totalInstances: result.instances.length, completedAt };
}

export function createInstanceManager({ core }: Pick<CoreFace, "core">): InstanceManager {
  return {
    getServiceInstances: async (serviceName, ...versions) => {
      const found: InstanceInfo[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await core.queries.instances(serviceName, { versions }, { limit: PAGE, cursor });
        found.push(...page.items.map(({ instanceId, version, status }) => ({ instanceId, serviceName, version, status })));
        cursor = page.nextCursor;
      }
      return found;
    },
    getInstanceVersionHistory: async (instanceId) =>
      (await core.queries.versionHistory(instanceId)).map(({ version, status }) => ({ version, status })),
  };
}

/** Really asks the URL. Rejects with an Error whose text is `invalid package URL: <why>` / `无效的包URL: <why>`. */
export async function validatePackageUrl({ core, locale = "en" }: Pick<CoreFace, "core" | "locale">, url: string): Promise<void> {
  try {
    await core.packages.ask(url);
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    throw new Error(sentence(locale, "errors", error.code, error.params) ?? error.code, { cause: error });
  }
}

/** The IP address of an instance's host. Rejects with `instance_not_found`. */
export async function getInstanceHost({ core }: Pick<CoreFace, "core">, instanceId: string): Promise<string> {
  return (await core.queries.instance(instanceId)).address;
}

/**
 * The port of the service's one instance at that address. Rejects with `service_not_found`, with `instance_not_found` where there is none,
 * and with `ambiguous_instance`, which lists them, where there are several.
 */
export async function getInstancePort(
  { core }: Pick<CoreFace, "core">,
  serviceName: string,
  instanceHost: string,
): Promise<number> {
  if ((await core.reads.service(serviceName)) === null) throw new SlipwayError("service_not_found", { service: serviceName });
  const found = await core.reads.instancesAt(serviceName, instanceHost);
  const [only] = found;
  if (!only) throw new SlipwayError("instance_not_found", { service: serviceName, host: instanceHost });
  if (found.length > 1) {
    throw new SlipwayError("ambiguous_instance", {
      service: serviceName,
      host: instanceHost,
      instances: found.map((each) => `${each.instanceId}:${each.port}`),
    });
  }
  return only.port;
}

/** false: it does not answer. An unknown instance is an error, not `false`; so is one that only its host can be asked about. */
export async function checkInstanceHealth({ core }: Pick<CoreFace, "core">, instanceId: string): Promise<boolean> {
  const { healthy } = await core.queries.health(instanceId);
  if (healthy === null) throw new SlipwayError("host_no_answer", { instance: instanceId });
  return healthy;
}
