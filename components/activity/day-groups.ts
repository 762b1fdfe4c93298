import type { EventWire } from "@/lib/api/contract";

export interface DayGroup {
  /** Local midnight of the day, as the viewer has it: its identity. */
  readonly day: string;
  readonly events: readonly EventWire[];
}

/** Events by the viewer's day, newest first. The input may be in any order. */
export function byDay(events: readonly EventWire[]): readonly DayGroup[] {
  const groups: { day: string; events: EventWire[] }[] = [];
  for (const event of events.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))) {
    const day = new Date(event.at).toDateString();
    const last = groups.at(-1);
    if (last?.day === day) last.events.push(event);
    else groups.push({ day, events: [event] });
  }
  return groups;
}

/** Where a moment falls among events, newest first: the number of those after it. */
export function placeOf(at: number, events: readonly EventWire[]): number {
  return events.filter((event) => Date.parse(event.at) > at).length;
}
