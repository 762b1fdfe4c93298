import { TONE_TEXT } from "@/components/ui/chip";
import { cn } from "@/components/ui/cn";
import type { EventWire } from "@/lib/api/contract";
import { eventLook } from "./event-look";

/** The sign in front of an event's sentence. Decoration: the sentence says it. */
export function EventIcon({ event }: { event: Pick<EventWire, "code" | "params"> }) {
  const { icon: Icon, tone } = eventLook(event);
  return <Icon aria-hidden strokeWidth={2.5} className={cn("mt-1 size-3.5 shrink-0", TONE_TEXT[tone])} />;
}
