import { queryOptions, skipToken } from "@tanstack/react-query";
import type { packageAnswer } from "@/lib/api/contract";
import { type Answer, api } from "@/lib/client/api";

/** Whether an address answers with a package: really asked, once per address and minute. Nothing for "". */
export function packageQuery(url: string) {
  return queryOptions({
    queryKey: ["package", url],
    queryFn:
      url === ""
        ? skipToken
        : ({ signal }) => api.post<Answer<typeof packageAnswer>>("/packages/validate", { package_url: url }, { signal }),
    staleTime: 60_000,
    retry: false,
  });
}
