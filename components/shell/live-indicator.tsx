"use client";

import { useTranslations } from "next-intl";
import { cn } from "@/components/ui/cn";
import { Tooltip } from "@/components/ui/tooltip";
import { useLiveState } from "@/lib/client/events/provider";

const DOT = {
  live: "bg-ok",
  connecting: "bg-line-strong animate-pulse-soft",
  reconnecting: "bg-warn animate-pulse-soft",
  offline: "bg-bad",
} as const;

/** Whether what is on screen is being kept true. */
export function LiveIndicator() {
  const t = useTranslations("shell.live");
  const state = useLiveState();
  return (
    <Tooltip text={t(`${state}Means`)}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its explanation must be reachable by keyboard */}
      <span role="status" tabIndex={0} className="inline-flex items-center gap-1.5 whitespace-nowrap rounded-sm text-ink-2">
        <span aria-hidden className={cn("size-[7px] rounded-full", DOT[state])} />
        <span
          className={cn(
            "max-sm:sr-only",
            state === "offline" && "font-[550] text-bad",
            state === "reconnecting" && "font-[550] text-warn",
          )}
        >
          {t(state)}
        </span>
      </span>
    </Tooltip>
  );
}
