import { DEFAULT_DELIVERY } from "../domain/delivery";
import { DEFAULT_RUNS, NO_LIMITS, type Running } from "../domain/running";
import type { ServiceSettings } from "../domain/settings";
import type { Prisma } from "./generated/client";
import { stored } from "./json";

/** What revisions that are older than a setting mean by leaving it out. */
const LATER = {
  delivery: DEFAULT_DELIVERY,
  runs: DEFAULT_RUNS,
  sudo: false,
  limits: NO_LIMITS,
} as const satisfies Partial<ServiceSettings>;

type Stored = Omit<ServiceSettings, keyof typeof LATER> & Partial<ServiceSettings>;

/** A stored revision with every setting of today. The one place that reads one. */
export function settingsOf(revision: Prisma.JsonValue): ServiceSettings {
  return { ...LATER, ...stored<Stored>(revision) };
}

/** The same of the one setting alone, as a query may pick it out of a revision. */
export function runsOf(runs: Prisma.JsonValue | null): Running {
  return runs === null ? LATER.runs : stored<Running>(runs);
}
