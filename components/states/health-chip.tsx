"use client";

import { Check, LoaderCircle, Minus, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Chip } from "@/components/ui/chip";
import type { ServiceWire } from "@/lib/api/contract";

/** How a service is: its worst state as a chip, and how many of its instances answer. */
export function HealthChip({ service }: { service: Pick<ServiceWire, "by_status" | "versions" | "instances"> }) {
  const t = useTranslations("ui.health");
  const { error, pending } = service.by_status;
  const answering = service.versions.reduce((sum, version) => sum + version.healthy, 0);
  const share = `${answering}/${service.instances}`;
  if (service.instances === 0) {
    return (
      <Chip tone="off" icon={Minus}>
        {t("none")}
      </Chip>
    );
  }
  if (error === 0 && pending === 0) {
    return (
      <Chip tone="ok" icon={Check} title={t("answer", { answering, instances: service.instances })}>
        {share}
      </Chip>
    );
  }
  return (
    <span className="inline-flex items-center gap-1.5">
      <Chip tone={error > 0 ? "bad" : "busy"} icon={error > 0 ? X : LoaderCircle} spin={error === 0}>
        {error > 0 ? t("error", { count: error }) : t("pending", { count: pending })}
      </Chip>
      <span className="text-ink-2" title={t("answer", { answering, instances: service.instances })}>
        {share}
      </span>
    </span>
  );
}
