import type { EventWire } from "@/lib/api/contract";
import { EVENT_CODES } from "@/lib/api/contract/words";

const CODES: ReadonlySet<unknown> = new Set(EVENT_CODES);
const NAMES = ["actor", "rollout_id", "service", "instance_id", "host"] as const;

/** Whether this is an event that the page knows how to tell. */
export function isEvent(said: unknown): said is EventWire {
  if (typeof said !== "object" || said === null) return false;
  const { pos, seq, at, code, params, ...names }: Partial<Record<keyof EventWire, unknown>> = said;
  return (
    typeof pos === "string" &&
    typeof at === "string" &&
    (seq === null || typeof seq === "number") &&
    CODES.has(code) &&
    typeof params === "object" &&
    params !== null &&
    NAMES.every((name) => names[name] === null || typeof names[name] === "string")
  );
}
