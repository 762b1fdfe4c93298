import type { QueryClient } from "@tanstack/react-query";
import type { EventWire } from "@/lib/api/contract";
import { keys } from "../keys";

/** Orders two positions: decimal numbers of any length, without loss. */
export function comparePositions(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** A rollout's log as far as it is loaded: always its newest part. */
export interface RolloutLog {
  /** Oldest first. */
  readonly events: readonly EventWire[];
  /** The cursor of what stands before them; null when this is all. */
  readonly older: string | null;
}

/** The events of both, each once, oldest first. Both must be in order themselves. */
export function mergeEvents(older: readonly EventWire[], newer: readonly EventWire[]): readonly EventWire[] {
  const last = older.at(-1);
  if (last === undefined) return newer;
  const fresh = newer.filter((event) => comparePositions(event.pos, last.pos) > 0);
  return fresh.length === 0 ? older : [...older, ...fresh];
}

/** What was just loaded, with what the stream brought meanwhile, and with what was loaded before it where there is no gap between. */
export function joinLogs(loaded: RolloutLog, known: RolloutLog | undefined): RolloutLog {
  const [first] = loaded.events;
  const end = known?.events.at(-1);
  if (known === undefined || first === undefined || end === undefined) return known ?? loaded;
  const meets = comparePositions(end.pos, first.pos) >= 0;
  return meets
    ? {
        events: mergeEvents(
          mergeEvents(
            known.events.filter((event) => comparePositions(event.pos, first.pos) < 0),
            loaded.events,
          ),
          known.events,
        ),
        older: known.older,
      }
    : loaded;
}

/**
 * Appends to the rollout's log what the stream brought, without asking the API again.
 * @returns false when the log is being loaded for the first time: it must be loaded once more.
 */
export function appendToLog(client: QueryClient, rollout: string, event: EventWire): boolean {
  const key = keys.rollout.log(rollout);
  if (client.getQueryState(key) === undefined) return true;
  if (client.getQueryData(key) === undefined) return false;
  client.setQueryData<RolloutLog>(key, (log) => (log === undefined ? log : { ...log, events: mergeEvents(log.events, [event]) }));
  return true;
}
