import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { eventPage, rollout, rolloutQuery as rolloutFilter, rolloutPage, rolloutTargetPage } from "@/lib/api/contract";
import { type Answer, api } from "../api";
import { joinLogs, mergeEvents, type RolloutLog } from "../events/log";
import { keys } from "../keys";
import { path } from "../path";
import { allPages } from "./all-pages";

export type RolloutFilter = z.infer<typeof rolloutFilter>;

/** One rollout, of either kind. */
export function rolloutQuery(id: string) {
  return queryOptions({
    queryKey: keys.rollout.detail(id),
    queryFn: ({ signal }) => api.get<Answer<typeof rollout>>(path`/rollouts/${id}`, {}, { signal }),
  });
}

/** Statuses that a person wants to see where there are too many targets to see all: failed, unknown, in progress. */
export const TO_LOOK_AT = ["failed", "unknown", "put_back", "staging", "switching", "verifying"] as const;
/** The most of those that are loaded: nobody reads more of them one by one. */
const MOST_LOOKED_AT = 200;

/** Every target of a rollout; or, of one too large to be drawn whole, those to look at. */
export function rolloutTargetsQuery(id: string, whole: boolean) {
  return queryOptions({
    queryKey: keys.rollout.targets(id),
    queryFn: async ({ signal }) => {
      const at = path`/rollouts/${id}/targets`;
      if (whole) return allPages((cursor) => api.get<Answer<typeof rolloutTargetPage>>(at, { limit: 500, cursor }, { signal }));
      const first = await api.get<Answer<typeof rolloutTargetPage>>(
        at,
        { limit: MOST_LOOKED_AT, status: TO_LOOK_AT },
        { signal },
      );
      return first.items;
    },
  });
}

const LOG_PAGE = 300;

/** The newest part of the rollout's events; the stream appends to it, {@link olderLog} puts the part before it in front. */
export function rolloutLogQuery(id: string) {
  return queryOptions({
    queryKey: keys.rollout.log(id),
    queryFn: async ({ signal, client }): Promise<RolloutLog> =>
      joinLogs(await logPage(id, undefined, signal), client.getQueryData<RolloutLog>(keys.rollout.log(id))),
  });
}

/** Loads the part of the log before the one that is loaded, if there is one. */
export async function olderLog(client: QueryClient, id: string): Promise<void> {
  const known = client.getQueryData<RolloutLog>(keys.rollout.log(id));
  if (known === undefined || known.older === null) return;
  const before = await logPage(id, known.older);
  client.setQueryData<RolloutLog>(keys.rollout.log(id), (log) =>
    log === undefined || log.older !== known.older
      ? log
      : { events: mergeEvents(before.events, log.events), older: before.older },
  );
}

async function logPage(id: string, cursor: string | undefined, signal?: AbortSignal): Promise<RolloutLog> {
  const query = { limit: LOG_PAGE, cursor, order: "newest" };
  const page = await api.get<Answer<typeof eventPage>>(path`/rollouts/${id}/log`, query, { signal });
  return { events: page.items.toReversed(), older: page.next_cursor };
}

/** All rollouts, newest first, page by page. */
export function rolloutsQuery(filter: RolloutFilter = {}, limit = 50) {
  return infiniteQueryOptions({
    queryKey: keys.rollouts.list({ ...filter, limit }),
    queryFn: ({ signal, pageParam }) =>
      api.get<Answer<typeof rolloutPage>>("/rollouts", { ...filter, limit, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
}
