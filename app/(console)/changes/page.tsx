import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ChangesPage } from "@/components/activity/changes-page";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("changes");
  return { title: t("title"), description: t("meta.description") };
}

export default function Page() {
  return <ChangesPage />;
}
