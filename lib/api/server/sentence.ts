import { createTranslator } from "next-intl";
import { isLocale, LOCALE_COOKIE, type Locale, negotiateLocale } from "@/i18n/locales";
import enErrors from "@/messages/en/errors.json";
import enPackages from "@/messages/en/packages.json";
import zhErrors from "@/messages/zh/errors.json";
import zhPackages from "@/messages/zh/packages.json";

type Sentences = Readonly<Record<string, unknown>>;
const MESSAGES: Readonly<Record<Locale, { readonly errors: Sentences; readonly packages: Sentences }>> = {
  en: { errors: enErrors, packages: enPackages },
  zh: { errors: zhErrors, packages: zhPackages },
};

/** The language of an answer: what a program or page asks for, else the person's choice. */
export function localeOf(request: Request): Locale {
  const asked = request.headers.get("accept-language");
  if (asked !== null && asked !== "*") return negotiateLocale(asked);
  const chosen = new RegExp(`(?:^|;)\\s*${LOCALE_COOKIE}=([a-z]+)`).exec(request.headers.get("cookie") ?? "")?.[1];
  return isLocale(chosen) ? chosen : negotiateLocale(asked);
}

/** The sentence of an error code in a language; the code itself where the messages do not know it. */
export function errorSentence(locale: Locale, code: string, params: Sentences): string {
  const { errors, packages } = MESSAGES[locale];
  const why = typeof params.why === "string" ? say(locale, packages[params.why], params) : null;
  return say(locale, errors[code], { ...params, why_text: why ?? params.why }) ?? code;
}

function say(locale: Locale, message: unknown, params: Sentences): string | null {
  if (typeof message !== "string") return null;
  const translate = createTranslator<{ sentence: string }>({ locale, messages: { sentence: message } });
  return translate("sentence", valuesFor(message, params));
}

/** Every name that the message may ask for; one without a value is `none`, which the messages select on. */
function valuesFor(message: string, params: Sentences): Record<string, string | number> {
  const names = [...message.matchAll(/\{\s*(\w+)/g)].map((found) => found[1] ?? "");
  return Object.fromEntries(names.map((name) => [name, spoken(params[name])]));
}

function spoken(given: unknown): string | number {
  if (typeof given === "number") return given;
  if (Array.isArray(given)) return given.length === 0 ? "none" : given.join(", ");
  if (given instanceof Date) return given.toISOString();
  return given === undefined || given === null || given === "" ? "none" : String(given);
}
