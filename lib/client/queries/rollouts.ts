import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import {
  type EventWire,
  eventPage,
  rollout,
  type rolloutQuery as rolloutFilter,
  rolloutPage,
  rolloutTargetPage,
} from "@/lib/api/contract";
import { api } from "../api";
import { mergeEvents } from "../events/log";
import { keys } from "../keys";
import { path } from "../path";
import { allPages } from "./all-pages";

export type RolloutFilter = z.infer<typeof rolloutFilter>;

/** One rollout, of either kind. */
export function rolloutQuery(id: string) {
  return queryOptions({
    queryKey: keys.rollout.detail(id),
    queryFn: ({ signal }) => api.get(rollout, path`/rollouts/${id}`, {}, { signal }),
  });
}

/** Every target of a rollout. */
export function rolloutTargetsQuery(id: string) {
  return queryOptions({
    queryKey: keys.rollout.targets(id),
    queryFn: ({ signal }) =>
      allPages((cursor) => api.get(rolloutTargetPage, path`/rollouts/${id}/targets`, { limit: 500, cursor }, { signal })),
  });
}

/** The rollout's events, oldest first, whole; the stream appends to it. */
export function rolloutLogQuery(id: string) {
  return queryOptions({
    queryKey: keys.rollout.log(id),
    queryFn: async ({ signal, client }): Promise<readonly EventWire[]> => {
      const loaded = await allPages((cursor) =>
        api.get(eventPage, path`/rollouts/${id}/log`, { limit: 500, cursor }, { signal }),
      );
      // What the stream appended while this was loading.
      return mergeEvents(loaded, client.getQueryData<readonly EventWire[]>(keys.rollout.log(id)) ?? []);
    },
  });
}

/** All rollouts, newest first, page by page. */
export function rolloutsQuery(filter: RolloutFilter = {}, limit = 50) {
  return infiniteQueryOptions({
    queryKey: keys.rollouts.list({ ...filter, limit }),
    queryFn: ({ signal, pageParam }) => api.get(rolloutPage, "/rollouts", { ...filter, limit, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
}
