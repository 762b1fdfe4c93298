"use client";

import { Languages } from "lucide-react";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { useTransition } from "react";
import { Button } from "@/components/ui/button";
import { chooseLocale } from "@/i18n/choose-locale";

/** Switches between English and 简体中文; each is named in its own words. */
export function LocaleSwitch() {
  const t = useTranslations("shell");
  const router = useRouter();
  const [changing, startChange] = useTransition();
  const other = useLocale() === "zh" ? "en" : "zh";
  const change = () =>
    startChange(async () => {
      await chooseLocale(other);
      router.refresh();
    });
  return (
    <Button variant="quiet" size="sm" onClick={change} aria-disabled={changing} lang={other === "zh" ? "zh-Hans" : "en"}>
      <Languages aria-hidden />
      {t("otherLanguage")}
    </Button>
  );
}
