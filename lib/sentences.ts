/** Sentences of the message files for whoever is no page: API answers and the deploy core's results. */
import { createTranslator } from "next-intl";
import type { Locale } from "@/i18n/locales";
import enErrors from "@/messages/en/errors.json";
import enFailures from "@/messages/en/failures.json";
import enFields from "@/messages/en/fields.json";
import enPackages from "@/messages/en/packages.json";
import enResults from "@/messages/en/results.json";
import enTroubles from "@/messages/en/troubles.json";
import zhErrors from "@/messages/zh/errors.json";
import zhFailures from "@/messages/zh/failures.json";
import zhFields from "@/messages/zh/fields.json";
import zhPackages from "@/messages/zh/packages.json";
import zhResults from "@/messages/zh/results.json";
import zhTroubles from "@/messages/zh/troubles.json";

export type Values = Readonly<Record<string, unknown>>;

const MESSAGES = {
  en: {
    errors: enErrors,
    failures: enFailures,
    fields: enFields,
    packages: enPackages,
    results: enResults,
    troubles: enTroubles,
  },
  zh: {
    errors: zhErrors,
    failures: zhFailures,
    fields: zhFields,
    packages: zhPackages,
    results: zhResults,
    troubles: zhTroubles,
  },
} as const satisfies Record<Locale, Record<string, Values>>;

/** The sentence of a code in a language; null where the messages do not know it. `why`, a code of its own, is told as `why_text`, and `trouble`, one of a host's, as `trouble_text`. */
export function sentence(locale: Locale, namespace: keyof (typeof MESSAGES)["en"], code: string, params: Values): string | null {
  const all: Record<string, Values> = MESSAGES[locale];
  const known =
    typeof params.why === "string" ? (all.packages?.[params.why] ?? all.fields?.[`strategy_${params.why}`]) : undefined;
  const why = say(locale, known, params);
  const trouble = typeof params.trouble === "string" ? say(locale, all.troubles?.[params.trouble], params) : null;
  return say(locale, all[namespace]?.[code], {
    ...params,
    why_text: why ?? params.why,
    trouble_text: trouble === null ? null : withoutStop(trouble),
  });
}

/** A sentence as a part of another one. */
function withoutStop(text: string): string {
  return text.replace(/[.。]$/, "");
}

function say(locale: Locale, message: unknown, params: Values): string | null {
  if (typeof message !== "string") return null;
  const translate = createTranslator<{ sentence: string }>({ locale, messages: { sentence: message } });
  return translate("sentence", valuesFor(message, params));
}

/** Every name that the message may ask for; one without a value is `none`, which the messages select on. */
function valuesFor(message: string, params: Values): Record<string, string | number> {
  const names = [...message.matchAll(/\{\s*(\w+)/g)].map((found) => found[1] ?? "");
  return Object.fromEntries(names.map((name) => [name, spoken(params[name])]));
}

function spoken(given: unknown): string | number {
  if (typeof given === "number") return given;
  if (Array.isArray(given)) return given.length === 0 ? "none" : given.join(", ");
  if (given instanceof Date) return given.toISOString();
  return given === undefined || given === null || given === "" ? "none" : String(given);
}
