import type { QueryClient } from "@tanstack/react-query";
import type { EventWire } from "@/lib/api/contract";
import { keys } from "../keys";

/** Orders two positions: decimal numbers of any length, without loss. */
export function comparePositions(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** The events of both, each once, oldest first. Both must be in order themselves. */
export function mergeEvents(older: readonly EventWire[], newer: readonly EventWire[]): readonly EventWire[] {
  const last = older.at(-1);
  if (last === undefined) return newer;
  const fresh = newer.filter((event) => comparePositions(event.pos, last.pos) > 0);
  return fresh.length === 0 ? older : [...older, ...fresh];
}

/**
 * Appends to the rollout's log what the stream brought, without asking the API again.
 * @returns false when the log is being loaded for the first time: it must be loaded once more.
 */
export function appendToLog(client: QueryClient, rollout: string, event: EventWire): boolean {
  const key = keys.rollout.log(rollout);
  if (client.getQueryState(key) === undefined) return true;
  if (client.getQueryData(key) === undefined) return false;
  client.setQueryData<readonly EventWire[]>(key, (log) => (log === undefined ? log : mergeEvents(log, [event])));
  return true;
}
