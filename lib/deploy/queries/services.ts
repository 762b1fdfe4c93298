import { SlipwayError } from "../domain/errors";
import type { ServiceSettings } from "../domain/settings";
import type { Hold, Labels, Page, PageRequest, RolloutSummary, ServiceCounts, ServiceRow, VersionRow } from "../ports/reads";
import type { OneClick } from "../ports/rollbacks";
import type { QueryDeps } from "./deps";

export interface ServiceView extends ServiceCounts {
  readonly name: string;
  readonly labels: Labels;
  readonly hold: Hold | null;
  readonly live: readonly RolloutSummary[];
  readonly lastRollout: RolloutSummary | null;
  readonly rollback: OneClick;
  readonly serverTime: Date;
}

export interface ServiceDetailView extends ServiceView {
  readonly revision: number;
  readonly settings: ServiceSettings;
  readonly createdAt: Date;
}

/** A constant number of statements, however many services are on the page. */
export async function listServices(deps: QueryDeps, page: PageRequest): Promise<Page<ServiceView>> {
  const rows = await deps.reads.services(page);
  return { ...rows, items: await views(deps, rows.items) };
}

/** @throws SlipwayError `service_not_found` */
export async function getService(deps: QueryDeps, name: string): Promise<ServiceDetailView> {
  const row = await deps.reads.service(name);
  if (row === null) throw new SlipwayError("service_not_found", { service: name });
  const [view] = await views(deps, [row]);
  if (view === undefined) throw new Error("a service without a view");
  return { ...view, revision: row.revision, settings: row.settings, createdAt: row.createdAt };
}

/** @throws SlipwayError `service_not_found` */
export async function listVersions({ reads }: QueryDeps, service: string, page: PageRequest): Promise<Page<VersionRow>> {
  const [known, versions] = await Promise.all([reads.service(service), reads.versions(service, page)]);
  if (known === null) throw new SlipwayError("service_not_found", { service });
  return versions;
}

/** @throws SlipwayError `version_not_found` */
export async function getVersion({ reads }: QueryDeps, service: string, version: string): Promise<VersionRow> {
  const row = await reads.version(service, version);
  if (row === null) throw new SlipwayError("version_not_found", { service, version });
  return row;
}

async function views({ reads, rollbacks }: QueryDeps, rows: readonly ServiceRow[]): Promise<readonly ServiceView[]> {
  const names = rows.map((row) => row.name);
  const [counts, rollouts, buttons, serverTime] = await Promise.all([
    reads.serviceCounts(names),
    reads.serviceRollouts(names),
    rollbacks.summary(names),
    reads.now(),
  ]);
  return rows.map(({ name, labels, hold }) => {
    const counted = counts.get(name) ?? { instances: 0, hosts: 0, byStatus: { active: 0, pending: 0, error: 0 }, versions: [] };
    const { live, last } = rollouts.get(name) ?? { live: [], last: null };
    const nothing: OneClick = { state: "nothing", runs: counted.versions.map((each) => each.version) };
    return { name, labels, hold, ...counted, live, lastRollout: last, rollback: buttons.get(name) ?? nothing, serverTime };
  });
}
