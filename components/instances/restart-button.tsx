"use client";

import { useMutation } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useSentences } from "@/components/sentences/use-sentences";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import type { InstanceDetailWire, rollout } from "@/lib/api/contract";
import { type Answer, api } from "@/lib/client/api";
import { newId } from "@/lib/client/ids";
import { path } from "@/lib/client/path";

/** Restarts the instance on the version it runs, with the newest settings. Asks first: it takes it down for a moment. */
export function RestartButton({ instance }: { instance: InstanceDetailWire }) {
  const t = useTranslations("instances.restart");
  const sentences = useSentences();
  const router = useRouter();
  // One id for one question: sending it twice starts one restart.
  const [id, setId] = useState<string | null>(null);
  const restart = useMutation({
    mutationFn: (deployId: string) =>
      api.post<Answer<typeof rollout>>(path`/services/${instance.service_name}/restart`, {
        deploy_id: deployId,
        instances: [instance.instance_id],
      }),
    onSuccess: (started) => router.push(path`/rollouts/${started.id}`),
  });
  const open = () => {
    restart.reset();
    setId(newId("ro"));
  };
  return (
    <>
      <Button
        onClick={open}
        disabled={instance.held_by !== null}
        title={instance.held_by === null ? undefined : t("busy", { rollout: instance.held_by })}
      >
        <RotateCw aria-hidden />
        {t("button")}
      </Button>
      <Dialog
        open={id !== null}
        onOpenChange={(next) => next || setId(null)}
        title={t("title", { instance: instance.instance_id })}
        description={t("consequence", { version: instance.version })}
        footer={
          <>
            <Button onClick={() => setId(null)}>{t("cancel")}</Button>
            <Button
              variant="primary"
              disabled={restart.isPending}
              aria-busy={restart.isPending}
              onClick={() => id !== null && restart.mutate(id)}
            >
              <RotateCw aria-hidden />
              {t("button")}
            </Button>
          </>
        }
      >
        {restart.isError ? <Banner tone="bad" role="alert" title={sentences.problem(restart.error)} /> : null}
      </Dialog>
    </>
  );
}
