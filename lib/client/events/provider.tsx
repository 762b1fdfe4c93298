"use client";

import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useState, useSyncExternalStore } from "react";
import { createQueryClient } from "../query-client";
import type { LiveState } from "./connection";
import { Live } from "./live";

const LiveContext = createContext<Live | null>(null);

/** The query cache and the event stream that keeps it true. Once, around every page; `client` is for tests. */
export function DataProvider({ children, client }: { readonly children: ReactNode; readonly client?: QueryClient }) {
  const [made] = useState(() => {
    const queryClient = client ?? createQueryClient();
    return { queryClient, live: new Live(queryClient) };
  });
  useEffect(() => made.live.start(), [made]);
  return (
    <QueryClientProvider client={made.queryClient}>
      <LiveContext value={made.live}>{children}</LiveContext>
    </QueryClientProvider>
  );
}

function useLiveOrThrow(): Live {
  const live = use(LiveContext);
  if (live === null) throw new Error("DataProvider is missing above this component");
  return live;
}

/** Whether what is on screen is being kept true. On the server, and until the stream is open: `connecting`. */
export function useLiveState(): LiveState {
  const live = useLiveOrThrow();
  return useSyncExternalStore(live.watch, live.state, connecting);
}

function connecting(): LiveState {
  return "connecting";
}
