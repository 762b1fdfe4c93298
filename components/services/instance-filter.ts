import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { parseAsArrayOf, parseAsString, parseAsStringLiteral } from "nuqs";
import type { instancePage } from "@/lib/api/contract";
import { type Answer, api } from "@/lib/client/api";
import { keys } from "@/lib/client/keys";
import { path } from "@/lib/client/path";

/** The first page is soon there; who scrolls on wants many. */
const FIRST_PAGE = 200;
const PAGE = 500;
export const STATUSES = ["active", "pending", "error"] as const;

/** The instance list in the URL: what is asked for, and what is selected. */
export const instanceParams = {
  on: parseAsString,
  status: parseAsStringLiteral(STATUSES),
  host: parseAsString,
  q: parseAsString.withDefault(""),
};
export const selectionParam = parseAsArrayOf(parseAsString).withDefault([]);

export interface InstanceFilter {
  readonly on: string | null;
  readonly status: (typeof STATUSES)[number] | null;
  readonly host: string | null;
  readonly q: string;
}

/** Instances that match, filtered and counted by the server, page by page. While another filter loads, the last answer stays. */
export function instancesQuery(service: string, filter: InstanceFilter) {
  const query = { version: filter.on, status: filter.status, host: filter.host, text: filter.q.trim() };
  return infiniteQueryOptions({
    queryKey: keys.service.instances(service, query),
    queryFn: ({ signal, pageParam }) =>
      api.get<Answer<typeof instancePage>>(
        path`/services/${service}/instances`,
        { ...query, limit: pageParam === undefined ? FIRST_PAGE : PAGE, cursor: pageParam },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}
