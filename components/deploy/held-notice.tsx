"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useSentences } from "@/components/sentences/use-sentences";
import { HOLD_LOOK } from "@/components/states/looks";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ServiceWire } from "@/lib/api/contract";
import { api } from "@/lib/client/api";
import { path } from "@/lib/client/path";

/** The service is held: by whom, since when, why; and the way to release it, which asks first. */
export function HeldNotice({ service, hold }: { service: string; hold: NonNullable<ServiceWire["hold"]> }) {
  const t = useTranslations("deploy.held");
  const sentences = useSentences();
  const [asking, setAsking] = useState(false);
  const release = useMutation({
    mutationFn: () => api.delete<undefined>(path`/services/${service}/hold`),
    onSuccess: () => setAsking(false),
  });
  return (
    <>
      <Banner
        tone={HOLD_LOOK.tone}
        icon={HOLD_LOOK.icon}
        role="status"
        title={t("title", { by: hold.by })}
        actions={
          <Button size="sm" onClick={() => setAsking(true)}>
            {t("release")}
          </Button>
        }
      >
        <RelativeTime at={hold.at} />
        {hold.reason === null ? "." : <>: “{hold.reason}”.</>} {t("rollbacksGoOn")}
      </Banner>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={t("askTitle", { service })}
        description={hold.rollout_id === null ? t("askConsequence") : t("askAfterRollback", { rollout: hold.rollout_id })}
        footer={
          <>
            <Button onClick={() => setAsking(false)}>{t("keep")}</Button>
            <Button variant="danger" onClick={() => release.mutate()} disabled={release.isPending} aria-busy={release.isPending}>
              {t("release")}
            </Button>
          </>
        }
      >
        {release.isError ? <Banner tone="bad" role="alert" title={sentences.problem(release.error)} /> : null}
      </Dialog>
    </>
  );
}
