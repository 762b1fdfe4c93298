import { isLocale, LOCALE_COOKIE, type Locale, negotiateLocale } from "@/i18n/locales";
import { sentence, type Values } from "@/lib/sentences";

/** The language of an answer: what a program or page asks for, else the person's choice. */
export function localeOf(request: Request): Locale {
  const asked = request.headers.get("accept-language");
  if (asked !== null && asked !== "*") return negotiateLocale(asked);
  const chosen = new RegExp(`(?:^|;)\\s*${LOCALE_COOKIE}=([a-z]+)`).exec(request.headers.get("cookie") ?? "")?.[1];
  return isLocale(chosen) ? chosen : negotiateLocale(asked);
}

/** The sentence of an error code in a language; the code itself where the messages do not know it. */
export function errorSentence(locale: Locale, code: string, params: Values): string {
  return sentence(locale, "errors", code, params) ?? code;
}

/** What is wrong with a host, likewise. */
export function troubleSentence(locale: Locale, code: string, params: Values): string {
  return sentence(locale, "troubles", code, params) ?? code;
}

/** What is wrong with a field, likewise. */
export function fieldSentence(locale: Locale, code: string, params: Values): string {
  return sentence(locale, "fields", code, params) ?? code;
}
