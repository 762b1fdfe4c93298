"use client";

import { useTranslations } from "next-intl";
import { durationParts } from "./duration-parts";

/** Returns what tells a length of time in the reader's language: `duration(192)` → "3 min 12 s". */
export function useDuration(): (seconds: number, most?: number) => string {
  const t = useTranslations("ui.duration");
  return (seconds, most) =>
    durationParts(seconds, most)
      .map((part) => t(part.unit, { count: part.count }))
      .join(t("join"));
}

/** A length of time in seconds. */
export function Duration({ seconds, most }: { seconds: number; most?: number }) {
  return useDuration()(seconds, most);
}
