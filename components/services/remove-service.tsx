"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useSentences } from "@/components/sentences/use-sentences";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import type { ServiceWire } from "@/lib/api/contract";
import { api } from "@/lib/client/api";
import { path } from "@/lib/client/path";

/** Takes a service without instances out of every list. While it has some, it says that they come first. */
export function RemoveService({ service }: { service: ServiceWire }) {
  const t = useTranslations("services.settings.remove");
  const ui = useTranslations("ui");
  const sentences = useSentences();
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => api.delete<undefined>(path`/services/${service.name}`),
    onSuccess: () => router.push("/"),
  });
  return (
    <Card className="max-w-3xl">
      <CardHeader title={t("title")} />
      <div className="flex flex-wrap items-center justify-between gap-3 px-3.5 py-3">
        <p className="text-ink-2">{service.instances === 0 ? t("means") : t("blocked", { count: service.instances })}</p>
        <Button variant="danger" disabled={service.instances > 0} onClick={() => setAsking(true)}>
          {t("do", { service: service.name })}
        </Button>
      </div>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={t("ask", { service: service.name })}
        description={t("means")}
        footer={
          <>
            <Button onClick={() => setAsking(false)}>{ui("cancel")}</Button>
            <Button variant="danger" disabled={remove.isPending} aria-busy={remove.isPending} onClick={() => remove.mutate()}>
              {t("do", { service: service.name })}
            </Button>
          </>
        }
      >
        {remove.isError ? <Banner tone="bad" role="alert" title={sentences.problem(remove.error)} /> : null}
      </Dialog>
    </Card>
  );
}
