"use client";

import { useTranslations } from "next-intl";
import { ROLLOUT_LOOK } from "@/components/states/looks";
import { Chip } from "@/components/ui/chip";
import type { RolloutSummaryWire } from "@/lib/api/contract";

/** The last thing that was done to a service, and how it ended. */
export function LastChange({ rollout }: { rollout: RolloutSummaryWire | null }) {
  const t = useTranslations("fleet.change");
  if (rollout === null) return <span className="text-ink-3">{t("none")}</span>;
  const look = ROLLOUT_LOOK[rollout.status];
  const version = rollout.to_versions[0] ?? "–";
  return (
    <Chip tone={look.tone} icon={look.icon} spin={look.moving === true} title={rollout.reason ?? undefined} className="min-w-0">
      {t(`${rollout.kind}.${rollout.status}`, { version })}
    </Chip>
  );
}
