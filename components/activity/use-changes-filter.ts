"use client";

import { parseAsIsoDateTime, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import type { ChangesFilter } from "@/lib/client/queries/fleet";

export const SPANS = ["30m", "24h", "around", "all"] as const;
export type Span = (typeof SPANS)[number];

export interface ChangesView {
  readonly span: Span;
  /** The moment that `around` means. */
  readonly at: Date | null;
  readonly service: string | null;
}

const PARSERS = { span: parseAsStringLiteral(SPANS), at: parseAsIsoDateTime, service: parseAsString };
const HALF_HOUR_MS = 30 * 60_000;
const DAY_MS = 24 * 3_600_000;

/** What the API is asked for. `opened` is when the page was opened: what is newer comes by itself, so there is no upper end. */
export function askFor({ span, at, service }: ChangesView, opened: number): ChangesFilter {
  const iso = (ms: number) => new Date(ms).toISOString();
  switch (span) {
    case "30m":
      return { from: iso(opened - HALF_HOUR_MS), to: null, service };
    case "24h":
      return { from: iso(opened - DAY_MS), to: null, service };
    case "around": {
      const moment = at?.getTime() ?? opened;
      return { from: iso(moment - HALF_HOUR_MS), to: iso(moment + HALF_HOUR_MS), service };
    }
    case "all":
      return { from: null, to: null, service };
    default:
      return span satisfies never;
  }
}

/** The filter in the address. A link with `at` alone means around that moment; a bare page the last half hour. */
export function useChangesFilter() {
  const [given, set] = useQueryStates(PARSERS);
  const [opened] = useState(() => Date.now());
  const filter: ChangesView = {
    span: given.span ?? (given.at === null ? "30m" : "around"),
    at: given.at,
    service: given.service,
  };
  return { filter, ask: askFor(filter, opened), change: (next: Partial<ChangesView>) => void set(next, { history: "replace" }) };
}
