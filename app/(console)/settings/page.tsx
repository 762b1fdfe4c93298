import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PreferencesPage } from "@/components/preferences/preferences-page";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("shell");
  return { title: t("places.settings") };
}

export default function Page() {
  return <PreferencesPage />;
}
