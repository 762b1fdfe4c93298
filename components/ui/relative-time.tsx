"use client";

import { useLocale, useTranslations } from "next-intl";
import { cn } from "./cn";
import { useDuration } from "./duration";
import { useAge } from "./now";

const DAY_S = 86_400;

/** Date, time to the second and zone, as the viewer's machine has them. */
export function useExactTime(): (at: string) => string {
  const locale = useLocale();
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "long" });
  return (at) => format.format(new Date(at));
}

/** Hours, minutes, seconds (and milliseconds when asked) in the viewer's zone. */
export function useClockTime(): (at: string, options?: { readonly milliseconds?: boolean }) => string {
  const locale = useLocale();
  return (at, options) =>
    new Intl.DateTimeFormat(locale, {
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
      ...(options?.milliseconds === true ? { fractionalSecondDigits: 3 } : {}),
    }).format(new Date(at));
}

interface RelativeTimeProps {
  /** RFC 3339. */
  readonly at: string;
  /** `ago`: "3 min ago". `for`: "3 min", the time that has passed since. */
  readonly style?: "ago" | "for";
  readonly className?: string;
}

/** How long ago, kept true by one clock for all of them; the exact time on hover, in the viewer's zone. */
export function RelativeTime({ at, style = "ago", className }: RelativeTimeProps) {
  const t = useTranslations("ui.ago");
  const locale = useLocale();
  const duration = useDuration();
  const exact = useExactTime();
  const age = useAge(Date.parse(at));
  const told = () => {
    if (age === null) return "";
    if (style === "for") return duration(age, 1);
    if (age < 2) return t("now");
    if (age < DAY_S) return t("past", { duration: duration(age, 1) });
    return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-Math.floor(age / DAY_S), "day");
  };
  return (
    <time dateTime={at} title={age === null ? undefined : exact(at)} className={cn("whitespace-nowrap", className)}>
      {told()}
    </time>
  );
}
