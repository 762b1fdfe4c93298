import { Compass } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

export default async function ConsoleNotFound() {
  const t = await getTranslations("shell.notFound");
  return (
    <EmptyState page icon={Compass} title={t("title")} actions={<ButtonLink href="/">{t("home")}</ButtonLink>}>
      {t("now")}
    </EmptyState>
  );
}
