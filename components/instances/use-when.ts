"use client";

import { useLocale } from "next-intl";

/** Day and time to the minute in the viewer's zone; the year only where it is not this one, the day not for today. */
export function useWhen(): (at: string) => string {
  const locale = useLocale();
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
  const year = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
  return (at) => {
    const [then, now] = [new Date(at), new Date()];
    if (then.toDateString() === now.toDateString()) return time.format(then);
    return `${(then.getFullYear() === now.getFullYear() ? day : year).format(then)} ${time.format(then)}`;
  };
}
