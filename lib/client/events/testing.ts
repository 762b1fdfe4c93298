import type { EventWire } from "@/lib/api/contract";

let position = 100;

/** An event as the stream sends it, later than the one before. */
export function anEvent(given: Partial<EventWire> & Pick<EventWire, "code">): EventWire {
  position += 1;
  return {
    pos: String(position),
    seq: null,
    at: "2026-11-22T14:32:04.118Z",
    params: {},
    actor: null,
    rollout_id: null,
    service: null,
    instance_id: null,
    host: null,
    ...given,
  };
}
