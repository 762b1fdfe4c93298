import { QueryClient } from "@tanstack/react-query";
import { isTransient } from "./problem";

/**
 * Nothing here polls or refetches by the clock: the event stream invalidates what it touched, and everything when it had
 * a gap. So an answer stays fresh until then.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        networkMode: "always",
        retry: (failures, error) => failures < 3 && isTransient(error),
        retryDelay: (attempt) => Math.min(400 * 2 ** attempt, 5000),
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}
