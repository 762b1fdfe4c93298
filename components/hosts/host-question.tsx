"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useSentences } from "@/components/sentences/use-sentences";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import type { HostWire, host as hostSchema } from "@/lib/api/contract";
import { type Answer, api } from "@/lib/client/api";
import { keys } from "@/lib/client/keys";
import { path } from "@/lib/client/path";

export type Question = "drain" | "open" | "retire";

/** Asks before a host is changed, and says what it means for what runs there. */
export function HostQuestion({ host, question, onClose }: { host: HostWire; question: Question; onClose: () => void }) {
  const t = useTranslations("hosts.actions");
  const ui = useTranslations("ui");
  const sentences = useSentences();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: async () => {
      const at = path`/hosts/${host.name}`;
      if (question === "retire") await api.delete<undefined>(at);
      else await api.put<Answer<typeof hostSchema>>(at, { state: question === "drain" ? "draining" : "active" });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.hosts });
      onClose();
    },
  });
  const carries = host.instances.length;
  const blocked = question === "retire" && carries > 0;
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={t(`${question}.title`, { host: host.name })}
      description={t(`${question}.means`, { count: carries })}
      footer={
        <>
          <Button onClick={onClose}>{ui("cancel")}</Button>
          <Button
            variant={question === "retire" ? "danger" : "primary"}
            disabled={blocked || change.isPending}
            aria-busy={change.isPending}
            onClick={() => change.mutate()}
          >
            {t(`${question}.do`)}
          </Button>
        </>
      }
    >
      {change.isError ? <Banner tone="bad" role="alert" title={sentences.problem(change.error)} /> : null}
    </Dialog>
  );
}
