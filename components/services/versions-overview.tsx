"use client";

import { useTranslations } from "next-intl";
import { Card } from "@/components/ui/card";
import { VersionBar, VersionKey } from "@/components/ui/version-bar";
import type { ServiceWire } from "@/lib/api/contract";

/** The service's versions by number of instances, large, with how many of each answer. */
export function VersionsOverview({ service }: { service: Pick<ServiceWire, "versions"> }) {
  const t = useTranslations("services");
  return (
    <Card aria-label={t("versionsRunning")} className="grid gap-2 px-3.5 py-3">
      <VersionBar segments={service.versions} size="lg" />
      <VersionKey segments={service.versions} answers />
    </Card>
  );
}
