"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Hand } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useSentences } from "@/components/sentences/use-sentences";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ServiceWire } from "@/lib/api/contract";
import { api } from "@/lib/client/api";
import { keys } from "@/lib/client/keys";
import { path } from "@/lib/client/path";

/** Deployments are held: by whom, since when, why, and how to go on. */
export function HoldBanner({ service, hold }: { service: string; hold: ServiceWire["hold"] }) {
  const t = useTranslations("services.hold");
  const sentences = useSentences();
  const client = useQueryClient();
  const release = useMutation({
    mutationFn: () => api.delete<undefined>(path`/services/${service}/hold`),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.service.detail(service) }),
  });
  if (hold === null) return null;
  const cameWith = hold.rollout_id;
  return (
    <Banner
      tone="warn"
      icon={Hand}
      title={t("title")}
      actions={
        <Button size="sm" onClick={() => release.mutate()} aria-disabled={release.isPending}>
          {t("release")}
        </Button>
      }
    >
      {t.rich("by", { by: hold.by, ago: () => <RelativeTime at={hold.at} /> })}
      {hold.reason === null ? null : ` ${t("reason", { reason: hold.reason })}`}
      {cameWith === null ? null : (
        <>
          {" "}
          {t.rich("cameWith", {
            id: cameWith,
            rollout: (id) => (
              <Link href={path`/rollouts/${cameWith}`} className="rounded-sm font-mono text-xs underline underline-offset-2">
                {id}
              </Link>
            ),
          })}
        </>
      )}
      {release.error === null ? null : <p className="text-bad">{sentences.problem(release.error)}</p>}
    </Banner>
  );
}
