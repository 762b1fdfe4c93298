import { SlipwayError } from "../domain/errors";
import type { Coded } from "../domain/rollout-state";
import type {
  AttentionRow,
  ChangesFilter,
  CutOffRow,
  EventRow,
  HostRow,
  OverviewRow,
  Page,
  PageRequest,
  SearchHit,
} from "../ports/reads";
import type { QueryDeps } from "./deps";
import { type RolloutView, rolloutView } from "./rollout-view";

const MOST_LIVE = 200;
const MOST_ATTENTION = 50;
const MOST_FOUND = 20;

export interface AttentionView extends Omit<AttentionRow, "detail" | "runningVersion"> {
  readonly detail: Coded;
  readonly rollbackTarget: string | null;
}

export interface OverviewView extends Omit<OverviewRow, "lastCheckedAt" | "attention"> {
  readonly live: readonly RolloutView[];
  readonly attention: readonly AttentionView[];
  readonly attentionTotal: number;
  readonly cutOff: readonly CutOffRow[];
  readonly monitor: { readonly lastCheckedAt: Date | null };
  readonly serverTime: Date;
}

export async function getOverview({ reads, rollbacks }: QueryDeps): Promise<OverviewView> {
  const [now, { lastCheckedAt, attention, ...overview }, live, cutOff] = await Promise.all([
    reads.now(),
    reads.overview(MOST_ATTENTION),
    reads.rollouts({ status: "live" }, { limit: MOST_LIVE }),
    reads.cutOff(),
  ]);
  const targets = await rollbacks.targets(attention.map((row) => row.instanceId));
  return {
    ...overview,
    live: live.items.map((row) => rolloutView(row, now)),
    attention: attention.map((row) => attentionView(row, targets.get(row.instanceId) ?? null)),
    attentionTotal: overview.totals.error,
    cutOff,
    monitor: { lastCheckedAt },
    serverTime: now,
  };
}

function attentionView({ detail, runningVersion, ...row }: AttentionRow, rollbackTarget: string | null): AttentionView {
  const drift: Coded = { code: "drift", params: { recorded: row.version, running: runningVersion } };
  const seen = row.condition === "drift" ? drift : detail;
  return { ...row, detail: seen ?? { code: row.condition, params: {} }, rollbackTarget };
}

export async function listHosts({ reads }: QueryDeps, page: PageRequest): Promise<Page<HostRow>> {
  return await reads.hosts(page);
}

/** @throws SlipwayError `host_not_found` */
export async function getHost({ reads }: QueryDeps, name: string): Promise<HostRow> {
  const host = await reads.host(name);
  if (host === null) throw new SlipwayError("host_not_found", { host: name });
  return host;
}

export async function listChanges({ reads }: QueryDeps, filter: ChangesFilter, page: PageRequest): Promise<Page<EventRow>> {
  return await reads.changes(filter, page);
}

/** Anything with a name: services, instances, hosts, versions, rollouts. At most 20. */
export async function search({ reads }: QueryDeps, text: string): Promise<readonly SearchHit[]> {
  return await reads.search(text, MOST_FOUND);
}
