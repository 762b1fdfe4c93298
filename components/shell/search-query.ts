import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { SearchHitWire, searchAnswer } from "@/lib/api/contract";
import { type Answer, api } from "@/lib/client/api";
import { keys } from "@/lib/client/keys";
import { path } from "@/lib/client/path";

/** Whatever is called like `text`. Asked again after a while: names come and go. */
export function searchQuery(text: string) {
  return queryOptions({
    queryKey: keys.search(text),
    queryFn: ({ signal }) => api.get<Answer<typeof searchAnswer>>("/search", { q: text }, { signal }),
    enabled: text !== "",
    staleTime: 5_000,
    placeholderData: keepPreviousData,
  });
}

/** The page of what was found. */
export function pageOf(hit: SearchHitWire): string {
  switch (hit.kind) {
    case "service":
      return path`/services/${hit.id}`;
    case "instance":
      return path`/instances/${hit.id}`;
    case "rollout":
      return path`/rollouts/${hit.id}`;
    case "host":
      return `/hosts?host=${encodeURIComponent(hit.id)}`;
    case "version":
      return hit.service === null ? "/" : `${path`/services/${hit.service}`}?tab=versions&q=${encodeURIComponent(hit.id)}`;
    default:
      return hit.kind satisfies never;
  }
}
