"use client";

import { useLocale, useTranslations } from "next-intl";
import { useMemo } from "react";
import { Sentences } from "./sentences";

/** The page's sentences. The same object until the language changes. */
export function useSentences(): Sentences {
  const t = useTranslations();
  const locale = useLocale();
  return useMemo(() => new Sentences(t, locale), [t, locale]);
}
