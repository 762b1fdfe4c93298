import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { FleetPage } from "@/components/fleet/fleet-page";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations();
  return {
    title: t("fleet.title"),
    description: t("shell.description"),
    openGraph: { title: t("fleet.title"), description: t("shell.description") },
  };
}

export default function Page() {
  return <FleetPage />;
}
