"use client";

import { Ban } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import type { RolloutWire } from "@/lib/api/contract";

interface AbortDialogProps {
  readonly counts: RolloutWire["counts"];
  readonly onClose: () => void;
  readonly onAbort: () => void;
}

/** Asks before a rollout is stopped for good, and says what it leaves. */
export function AbortDialog({ counts, onClose, onAbort }: AbortDialogProps) {
  const t = useTranslations("rollouts.action");
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={t("abortTitle")}
      description={t("abortConsequence", { done: counts.succeeded ?? 0, left: untouched(counts) })}
      footer={
        <>
          <Button onClick={onClose}>{t("keepGoing")}</Button>
          <Button variant="danger" onClick={onAbort}>
            <Ban aria-hidden />
            {t("abort")}
          </Button>
        </>
      }
    />
  );
}

function untouched(counts: RolloutWire["counts"]): number {
  return (counts.waiting ?? 0) + (counts.staging ?? 0) + (counts.staged ?? 0);
}
