"use client";

import { useMutation } from "@tanstack/react-query";
import { Archive } from "lucide-react";
import { useTranslations } from "next-intl";
import { useSentences } from "@/components/sentences/use-sentences";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { api } from "@/lib/client/api";
import { path } from "@/lib/client/path";

interface RetireInstancesDialogProps {
  readonly instances: readonly string[];
  readonly onClose: () => void;
  /** All of them are retired. */
  readonly onDone: () => void;
}

/** Asks before instances leave every list, and says that their processes go on. One after the other: what was refused is named. */
export function RetireInstancesDialog({ instances, onClose, onDone }: RetireInstancesDialogProps) {
  const t = useTranslations("instances.retire");
  const ui = useTranslations("ui");
  const sentences = useSentences();
  const retire = useMutation({
    mutationFn: async () => {
      // Retiring one again changes nothing, so that trying again after a refusal is safe.
      for (const id of instances) await api.delete<undefined>(path`/instances/${id}`);
    },
    onSuccess: onDone,
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={t("title", { count: instances.length, instance: instances[0] ?? "none" })}
      description={t("means", { count: instances.length })}
      footer={
        <>
          <Button onClick={onClose}>{ui("cancel")}</Button>
          <Button variant="danger" disabled={retire.isPending} aria-busy={retire.isPending} onClick={() => retire.mutate()}>
            <Archive aria-hidden />
            {t("do", { count: instances.length })}
          </Button>
        </>
      }
    >
      {retire.isError ? <Banner tone="bad" role="alert" title={sentences.problem(retire.error)} /> : null}
    </Dialog>
  );
}
