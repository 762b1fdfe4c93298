import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { HostsPage } from "@/components/hosts/hosts-page";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("hosts");
  return { title: t("title"), description: t("meta.description") };
}

export default function Page() {
  return <HostsPage />;
}
