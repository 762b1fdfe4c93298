"use client";

import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { EventIcon } from "@/components/sentences/event-icon";
import { eventLook } from "@/components/sentences/event-look";
import { useSentences } from "@/components/sentences/use-sentences";
import { cn } from "@/components/ui/cn";
import { useClockTime, useExactTime } from "@/components/ui/relative-time";
import type { EventWire } from "@/lib/api/contract";
import { path, search } from "@/lib/client/path";
import { byDay, placeOf } from "./day-groups";

/** Changes under the day they happened on. `at` draws a line where that moment falls. */
export function ChangesList({ events, at }: { events: readonly EventWire[]; at: Date | null }) {
  const locale = useLocale();
  const day = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const place = at === null ? null : placeOf(at.getTime(), events);
  let passed = 0;
  return (
    <div className="pb-1.5">
      {byDay(events).map((group) => {
        const before = passed;
        passed += group.events.length;
        const lineAt = at !== null && place !== null && place >= before && place < passed ? place - before : null;
        return (
          <section key={group.day} aria-label={day.format(new Date(group.day))}>
            <h2 className="sticky top-12 z-1 border-line-soft border-b bg-panel px-3.5 py-2 text-ink-2 first:rounded-t-lg">
              {day.format(new Date(group.day))}
            </h2>
            <ol className="py-1">
              {group.events.map((event, index) => (
                <li key={event.pos}>
                  {lineAt === index && at !== null ? <Moment at={at} /> : null}
                  <ChangeRow event={event} />
                </li>
              ))}
            </ol>
          </section>
        );
      })}
      {at !== null && place === events.length ? <Moment at={at} /> : null}
    </div>
  );
}

function Moment({ at }: { at: Date }) {
  const t = useTranslations("changes");
  const clock = useClockTime();
  return (
    <div className="flex items-center gap-2 px-3.5 py-1 font-[550] text-accent text-xs">
      {t("moment", { at: clock(at.toISOString()) })}
      <span className="h-px flex-1 bg-accent" />
    </div>
  );
}

function ChangeRow({ event }: { event: EventWire }) {
  const t = useTranslations("changes");
  const sentences = useSentences();
  const clock = useClockTime();
  const exact = useExactTime();
  const { tone } = eventLook(event);
  return (
    <div
      data-row
      tabIndex={-1}
      className={cn(
        "grid grid-cols-[64px_14px_minmax(0,168px)_minmax(0,1fr)_auto] items-start gap-x-3 px-3.5 py-0.5 hover:bg-sunken max-sm:grid-cols-[64px_14px_minmax(0,1fr)]",
        tone === "bad" && "bg-bad-soft",
      )}
    >
      <Link
        href={`/changes${search({ at: event.at })}`}
        title={`${exact(event.at)} · ${t("aroundThis")}`}
        className="font-mono text-ink-2 text-xs leading-5 hover:text-ink hover:underline"
      >
        <time dateTime={event.at}>{clock(event.at)}</time>
      </Link>
      <EventIcon event={event} />
      <span className="truncate">
        {event.service === null ? (
          <span className="text-ink-2">{event.host}</span>
        ) : (
          <Link href={path`/services/${event.service}`} className="font-[550] hover:underline">
            {event.service}
          </Link>
        )}
      </span>
      <span className="min-w-0 break-words max-sm:col-span-2 max-sm:col-start-2">{sentences.event(event)}</span>
      <span className="max-w-56 truncate text-right max-sm:col-span-2 max-sm:col-start-2 max-sm:text-left">
        <Where event={event} />
      </span>
    </div>
  );
}

/** The page that says more. */
function Where({ event }: { event: EventWire }) {
  if (event.rollout_id !== null) {
    return (
      <Link href={path`/rollouts/${event.rollout_id}`} className="font-mono text-accent text-xs hover:underline">
        {event.rollout_id}
      </Link>
    );
  }
  return event.instance_id === null ? null : (
    <Link href={path`/instances/${event.instance_id}`} className="text-accent text-xs hover:underline">
      {event.instance_id}
    </Link>
  );
}
