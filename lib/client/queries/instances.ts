import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { activationPage, instanceDetail } from "@/lib/api/contract";
import { type Answer, api } from "../api";
import { keys } from "../keys";
import { path } from "../path";

export function instanceQuery(id: string) {
  return queryOptions({
    queryKey: keys.instance.detail(id),
    queryFn: ({ signal }) => api.get<Answer<typeof instanceDetail>>(path`/instances/${id}`, {}, { signal }),
  });
}

/** Every run of a version on the instance, newest first, page by page. */
export function activationsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: keys.instance.activations(id),
    queryFn: ({ signal, pageParam }) =>
      api.get<Answer<typeof activationPage>>(path`/instances/${id}/activations`, { limit: 50, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
}
