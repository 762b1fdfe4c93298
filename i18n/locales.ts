/** The languages of the console, most general first. */
export const LOCALES = ["en", "zh"] as const;
export type Locale = (typeof LOCALES)[number];

const DEFAULT_LOCALE: Locale = "en";
export const LOCALE_COOKIE = "slipway-locale";

/** What `<html lang>` says: the script matters for the choice of Han glyphs. */
export const HTML_LANG = { en: "en", zh: "zh-Hans" } as const satisfies Record<Locale, string>;

export function isLocale(value: string | undefined): value is Locale {
  return LOCALES.some((locale) => locale === value);
}

/**
 * The reader's language from `Accept-Language` (RFC 9110 §12.5.4): the known one with the highest weight, in order of
 * appearance where weights are equal. Anything that cannot be read counts as not given.
 */
export function negotiateLocale(acceptLanguage: string | null): Locale {
  const wanted = (acceptLanguage ?? "")
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().split(";");
      const weight = parameters
        .map((parameter) => /^\s*q=([0-9.]+)\s*$/.exec(parameter)?.[1])
        .find((found) => found !== undefined);
      return { language: tag.split("-")[0]?.toLowerCase(), weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter((each) => each.weight > 0)
    .sort((a, b) => b.weight - a.weight);
  return wanted.map((each) => each.language).find(isLocale) ?? DEFAULT_LOCALE;
}
