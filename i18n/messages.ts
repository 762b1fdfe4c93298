import type { Messages } from "next-intl";
import type { Locale } from "./locales";
import { NAMESPACES } from "./namespaces";

/** Every sentence of one language, by namespace. */
export async function loadMessages(locale: Locale): Promise<Messages> {
  const files = await Promise.all(
    NAMESPACES.map(async (namespace) => {
      const file: { readonly default: Messages[string] } = await import(`../messages/${locale}/${namespace}.json`);
      return [namespace, file.default] as const;
    }),
  );
  return Object.fromEntries(files);
}
