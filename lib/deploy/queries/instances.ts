import { SlipwayError } from "../domain/errors";
import type { Coded } from "../domain/rollout-state";
import type { VersionStatus } from "../domain/statuses";
import { versionStatuses } from "../domain/version-status";
import type { HealthAnswer } from "../ports";
import type {
  ActivationRow,
  InstanceDetailRow,
  InstanceFilter,
  InstancePage,
  InstanceRow,
  LatestRun,
  Page,
  PageRequest,
} from "../ports/reads";
import type { QueryDeps } from "./deps";

/** What is added to a row before it is shown. */
export interface Shown {
  /** The named version that it could go back to. */
  readonly rollbackTarget: string | null;
}
export type InstanceView = InstanceRow & Shown;
export type InstanceDetailView = Omit<InstanceDetailRow, "retiredAt"> & Shown;
export type InstancePageView = Omit<InstancePage, "items"> & { readonly items: readonly InstanceView[] };

export interface VersionInfo {
  readonly version: string;
  readonly status: VersionStatus;
  readonly color: number;
  readonly lastRunAt: Date;
  /** It may be named as the target of a rollback now: anything but what runs. */
  readonly rollback: boolean;
}

export type ActivationView = Omit<ActivationRow, "outcome"> & {
  readonly outcome: "running" | NonNullable<ActivationRow["outcome"]>;
  readonly status: VersionStatus;
  readonly canRollBackTo: boolean;
};

/** @throws SlipwayError `service_not_found` */
export async function listInstances(
  { reads, rollbacks }: QueryDeps,
  service: string,
  filter: InstanceFilter,
  page: PageRequest,
): Promise<InstancePageView> {
  const [known, rows] = await Promise.all([reads.service(service), reads.instances(service, filter, page)]);
  if (known === null) throw new SlipwayError("service_not_found", { service });
  const targets =
    filter.at === undefined ? await rollbacks.targets(rows.items.map((row) => row.instanceId)) : new Map<string, string>();
  return { ...rows, items: rows.items.map((row) => ({ ...row, rollbackTarget: targets.get(row.instanceId) ?? null })) };
}

/** @throws SlipwayError `instance_not_found` */
export async function getInstance({ reads, rollbacks }: QueryDeps, id: string): Promise<InstanceDetailView> {
  const [row, targets] = await Promise.all([reads.instance(id), rollbacks.targets([id])]);
  if (row === null) throw notFound(id);
  const { retiredAt: _, ...rest } = row;
  return { ...rest, rollbackTarget: targets.get(id) ?? null };
}

/**
 * One entry a distinct version that ever began there: `active` first, then the newest activation first.
 * @throws SlipwayError `instance_not_found`
 */
export async function listVersionHistory({ reads }: QueryDeps, id: string): Promise<readonly VersionInfo[]> {
  const [instance, runs] = await Promise.all([reads.instance(id), reads.latestRuns(id)]);
  if (instance === null) throw notFound(id);
  return statuses(runs);
}

/** @throws SlipwayError `instance_not_found` */
export async function listActivations({ reads }: QueryDeps, id: string, page: PageRequest): Promise<Page<ActivationView>> {
  const [instance, rows, runs] = await Promise.all([reads.instance(id), reads.activations(id, page), reads.latestRuns(id)]);
  if (instance === null) throw notFound(id);
  const infos = new Map(statuses(runs).map((info) => [info.version, info]));
  const items = rows.items.map((row) => {
    const info = infos.get(row.version);
    return {
      ...row,
      outcome: row.outcome ?? ("running" as const),
      status: info?.status ?? ("deprecated" as const),
      canRollBackTo: instance.retiredAt === null && info?.rollback === true && row.outcome !== "failed",
    };
  });
  return { ...rows, items };
}

export interface HealthView {
  /** null: it cannot be asked from here. */
  readonly healthy: boolean | null;
  readonly latencyMs: number | null;
  readonly checkedAt: Date;
  readonly detail: Coded;
}

/**
 * Asks the instance now: over the network, or through a worker where the health check is a command that only its host can run.
 * `healthy` null: nobody could be asked.
 * @throws SlipwayError `instance_not_found`
 */
export async function checkHealth(
  { reads, health, askOnHost }: QueryDeps,
  id: string,
  signal?: AbortSignal,
): Promise<HealthView> {
  const target = await reads.probeTarget(id);
  if (target === null) throw notFound(id);
  const { address, port, settings } = target;
  const answer = await health.probe({ address, port, check: settings.health }, { timeoutMs: 5_000, signal });
  if (answer === null) {
    const healthy = await askOnHost(id);
    return { healthy, latencyMs: null, checkedAt: await reads.now(), detail: { code: "command", params: {} } };
  }
  return {
    healthy: answer.healthy,
    latencyMs: answer.latencyMs,
    checkedAt: answer.checkedAt,
    detail: codedDetail(answer.detail),
  };
}

function codedDetail({ code, ...params }: HealthAnswer["detail"]): Coded {
  return { code, params };
}

/** `runs`: the newest of each version, newest first. */
function statuses(runs: readonly LatestRun[]): readonly VersionInfo[] {
  const withdrawn = new Set(runs.filter((run) => run.withdrawn).map((run) => run.version));
  const byVersion = new Map(runs.map((run) => [run.version, run]));
  return versionStatuses([...runs].reverse(), withdrawn).flatMap(({ version, status }) => {
    const run = byVersion.get(version);
    return run === undefined
      ? []
      : [{ version, status, color: run.color, lastRunAt: run.lastRunAt, rollback: status !== "active" }];
  });
}

function notFound(id: string): SlipwayError {
  return new SlipwayError("instance_not_found", { instance: id });
}
