"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useTranslations } from "next-intl";
import { useCallback, useEffect, useRef, useState } from "react";
import { EventIcon } from "@/components/sentences/event-icon";
import { eventLook } from "@/components/sentences/event-look";
import { useSentences } from "@/components/sentences/use-sentences";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { ErrorState } from "@/components/ui/error-state";
import { Kbd } from "@/components/ui/kbd";
import { useClockTime, useExactTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import type { EventWire } from "@/lib/api/contract";
import type { RolloutLog } from "@/lib/client/events/log";
import { olderLog, rolloutLogQuery } from "@/lib/client/queries/rollouts";
import { useLetterKey } from "./use-letter-key";

const ROW_PX = 22;
/** This near to the end still counts as being there. */
const NEAR_END_PX = 24;

/** Everything that happened in the rollout, newest last. Follows the end until a person scrolls up; F follows again. */
export function EventLog({ id }: { id: string }) {
  const t = useTranslations("rollouts.log");
  const log = useQuery(rolloutLogQuery(id));
  const [following, setFollowing] = useState(true);
  const toggle = useCallback(() => setFollowing((before) => !before), []);
  useLetterKey("f", toggle);
  return (
    <Card aria-labelledby="rollout-log">
      <CardHeader id="rollout-log" title={t("title")}>
        <span className="text-xs max-sm:hidden">{t("newestLast")}</span>
        <button
          type="button"
          aria-pressed={following}
          onClick={toggle}
          className="flex h-6 items-center gap-1.5 rounded-md px-1.5 text-xs hover:bg-sunken aria-pressed:text-ink"
        >
          <Kbd>F</Kbd>
          {following ? t("following") : t("follow")}
        </button>
      </CardHeader>
      {log.data !== undefined ? (
        <Rows id={id} log={log.data} following={following} onFollow={setFollowing} />
      ) : log.isError ? (
        <LogError error={log.error} onRetry={() => void log.refetch()} />
      ) : (
        <div className="grid h-[440px] grid-cols-1 content-start gap-2.5 p-3.5" aria-busy>
          {["w-64", "w-80", "w-52", "w-72"].map((width) => (
            <Skeleton key={width} className={width} />
          ))}
        </div>
      )}
    </Card>
  );
}

function LogError({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const sentences = useSentences();
  return <ErrorState happened={sentences.unread(error)} onRetry={onRetry} />;
}

interface RowsProps {
  readonly id: string;
  readonly log: RolloutLog;
  readonly following: boolean;
  readonly onFollow: (following: boolean) => void;
}

function Rows({ id, log: { events, older }, following, onFollow }: RowsProps) {
  const t = useTranslations("rollouts.log");
  const client = useQueryClient();
  const earlier = useMutation({ mutationFn: () => olderLog(client, id) });
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: events.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => events[index]?.pos ?? index,
    overscan: 20,
  });
  useEffect(() => {
    if (following && events.length > 0) rows.scrollToIndex(events.length - 1, { align: "end" });
  }, [following, events.length, rows]);
  const scrolled = () => {
    const element = box.current;
    if (element === null) return;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
    if (atEnd !== following && element.scrollHeight > element.clientHeight) onFollow(atEnd);
  };
  return (
    <div
      ref={box}
      onScroll={scrolled}
      role="log"
      aria-live="off"
      aria-label={t("title")}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="h-[440px] overflow-auto py-1.5 focus-visible:-outline-offset-2"
    >
      {older === null ? null : (
        <div className="px-3.5 pb-1.5">
          <Button size="sm" aria-busy={earlier.isPending} disabled={earlier.isPending} onClick={() => earlier.mutate()}>
            {t("older")}
          </Button>
          {earlier.isError ? <LogError error={earlier.error} onRetry={() => earlier.mutate()} /> : null}
        </div>
      )}
      <div className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const event = events[row.index];
          return event === undefined ? null : (
            <div
              key={row.key}
              ref={rows.measureElement}
              data-index={row.index}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${row.start}px)` }}
            >
              <LogRow event={event} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function LogRow({ event }: { event: EventWire }) {
  const sentences = useSentences();
  const clock = useClockTime();
  const exact = useExactTime();
  const look = eventLook(event);
  return (
    <div
      className={cn(
        "grid grid-cols-[86px_14px_minmax(0,1fr)] gap-2 px-3.5 leading-[22px] max-sm:grid-cols-[60px_14px_minmax(0,1fr)]",
        look.tone === "bad" && "bg-bad-soft",
      )}
    >
      <time dateTime={event.at} title={exact(event.at)} className="font-mono text-ink-2 text-xs leading-[22px]">
        {clock(event.at)}
        <span className="max-sm:hidden">.{event.at.slice(20, 23)}</span>
      </time>
      <EventIcon event={event} />
      <span className="break-words">{sentences.event(event)}</span>
    </div>
  );
}
