"use client";

import { useTranslations } from "next-intl";
import { Chip } from "@/components/ui/chip";
import type { ServiceWire } from "@/lib/api/contract";
import { HOLD_LOOK } from "./looks";

/** Deployments of the service are held. */
export function HoldChip({ hold }: { hold: NonNullable<ServiceWire["hold"]> }) {
  const t = useTranslations("ui.hold");
  return (
    <Chip tone={HOLD_LOOK.tone} icon={HOLD_LOOK.icon} title={t("by", { by: hold.by })}>
      {t("held")}
    </Chip>
  );
}
