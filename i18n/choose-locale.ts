"use server";

import { cookies } from "next/headers";
import { isLocale, LOCALE_COOKIE } from "./locales";

const YEAR_S = 365 * 24 * 3600;

/** Keeps a person's language for a year. Any other word is ignored: the page stays as it is. */
export async function chooseLocale(locale: string): Promise<void> {
  if (!isLocale(locale)) return;
  (await cookies()).set(LOCALE_COOKIE, locale, { maxAge: YEAR_S, path: "/", sameSite: "lax" });
}
