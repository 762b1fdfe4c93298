"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Banner } from "@/components/ui/banner";
import { useNow } from "@/components/ui/now";
import { RelativeTime } from "@/components/ui/relative-time";
import { overviewQuery } from "@/lib/client/queries/services";
import { consoleHealth } from "./staleness";

/** Says when nothing drives rollouts, or when what is shown may be old. The stream's sign of life keeps its facts fresh. */
export function HealthBanner() {
  const t = useTranslations("shell.health");
  const { data, dataUpdatedAt } = useQuery(overviewQuery());
  const now = useNow("slow");
  if (data === undefined || now === null) return null;
  const health = consoleHealth(data, dataUpdatedAt, now);
  if (health.kind === "well") return null;
  const since = health.kind === "no_worker" ? health.lastSeenAt : health.lastCheckedAt;
  return (
    <Banner tone={health.kind === "no_worker" ? "bad" : "warn"} role="status" title={t(`${health.kind}.title`)}>
      {t(`${health.kind}.now`)} {since === null ? null : t.rich("since", { ago: () => <RelativeTime at={since} /> })}
    </Banner>
  );
}
