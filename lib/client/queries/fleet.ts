import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { eventPage, hostPage } from "@/lib/api/contract";
import { type Answer, api } from "../api";
import { keys } from "../keys";
import { allPages } from "./all-pages";

/** Every host with what runs there. */
export function hostsQuery() {
  return queryOptions({
    queryKey: keys.hosts,
    queryFn: ({ signal }) => allPages((cursor) => api.get<Answer<typeof hostPage>>("/hosts", { limit: 500, cursor }, { signal })),
  });
}

export interface ChangesFilter {
  /** RFC 3339, both inclusive; null = without a bound. */
  readonly from: string | null;
  readonly to: string | null;
  readonly service: string | null;
}

/** Everything that changed, one merged line, newest first. */
export function changesQuery(filter: ChangesFilter) {
  return infiniteQueryOptions({
    queryKey: keys.changes.list({ ...filter }),
    queryFn: ({ signal, pageParam }) =>
      api.get<Answer<typeof eventPage>>("/changes", { ...filter, limit: 200, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
}
