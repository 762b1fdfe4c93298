import { SlipwayError } from "../domain/errors";
import type { EventRow, LogOrder, Page, PageRequest, RolloutFilter, TargetFilter, TargetRow } from "../ports/reads";
import type { QueryDeps } from "./deps";
import { type RolloutView, rolloutView } from "./rollout-view";

export async function listRollouts({ reads }: QueryDeps, filter: RolloutFilter, page: PageRequest): Promise<Page<RolloutView>> {
  const [rows, now] = await Promise.all([reads.rollouts(filter, page), reads.now()]);
  return { ...rows, items: rows.items.map((row) => rolloutView(row, now)) };
}

/** @throws SlipwayError `rollout_not_found`; also for one of another `kind`, where a kind is asked for. */
export async function getRollout({ reads }: QueryDeps, id: string, kind?: RolloutView["kind"]): Promise<RolloutView> {
  const [row, now] = await Promise.all([reads.rollout(id), reads.now()]);
  if (row === null || (kind !== undefined && row.kind !== kind)) throw new SlipwayError("rollout_not_found", { rollout: id });
  return rolloutView(row, now);
}

/** @throws SlipwayError `rollout_not_found` */
export async function listTargets(
  { reads }: QueryDeps,
  id: string,
  filter: TargetFilter,
  page: PageRequest,
): Promise<Page<TargetRow>> {
  const [rollout, targets] = await Promise.all([reads.rolloutStatus(id), reads.targets(id, filter, page)]);
  if (rollout === null) throw new SlipwayError("rollout_not_found", { rollout: id });
  return targets;
}

/** @throws SlipwayError `rollout_not_found` */
export async function listRolloutLog(
  { reads }: QueryDeps,
  id: string,
  order: LogOrder,
  page: PageRequest,
): Promise<Page<EventRow>> {
  const [rollout, log] = await Promise.all([reads.rolloutStatus(id), reads.log(id, order, page)]);
  if (rollout === null) throw new SlipwayError("rollout_not_found", { rollout: id });
  return log;
}
