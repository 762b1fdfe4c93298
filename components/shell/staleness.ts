import type { OverviewWire } from "@/lib/api/contract";

/** Health is asked every 10 s; past this what is shown is called last known. */
const STALE_AFTER_MS = 60_000;

export type ConsoleHealth =
  | { readonly kind: "well" }
  | { readonly kind: "no_worker"; readonly lastSeenAt: string | null }
  | { readonly kind: "stale"; readonly lastCheckedAt: string };

/**
 * What the console has to say about itself. `receivedAt` and `now` are of the viewer's clock (epoch ms); ages are taken from
 * the server's own times, so that a wrong clock alarms nobody.
 */
export function consoleHealth(overview: OverviewWire, receivedAt: number, now: number): ConsoleHealth {
  if (overview.workers.alive === 0) return { kind: "no_worker", lastSeenAt: overview.workers.last_seen_at };
  const checked = overview.monitor.last_checked_at;
  if (checked === null || overview.totals.instances === 0) return { kind: "well" };
  const ageMs = Date.parse(overview.server_time) - Date.parse(checked) + (now - receivedAt);
  return ageMs > STALE_AFTER_MS ? { kind: "stale", lastCheckedAt: checked } : { kind: "well" };
}
