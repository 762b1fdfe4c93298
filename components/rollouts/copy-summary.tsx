"use client";

import { Check, ClipboardCopy, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { useSentences } from "@/components/sentences/use-sentences";
import { Button } from "@/components/ui/button";
import { announce } from "@/components/ui/live-region";
import type { RolloutTargetWire, RolloutWire } from "@/lib/api/contract";
import { summaryOf } from "./summary";

const SAID_MS = 2000;

/** Puts a few lines for an incident channel on the clipboard, and says whether that went well in the button's own place. */
export function CopySummary({ rollout, targets }: { rollout: RolloutWire; targets: readonly RolloutTargetWire[] }) {
  const t = useTranslations("rollouts.summary");
  const statuses = useTranslations("statuses");
  const sentences = useSentences();
  const [said, setSaid] = useState<"copied" | "refused" | null>(null);
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => setSaid(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const say = (what: "copied" | "refused") => {
    setSaid(what);
    announce(t(what));
  };
  const copy = () => {
    const words = {
      kind: statuses(`kind.${rollout.kind}`),
      status: statuses(`rollout.${rollout.status}`),
      nothing: t("nothing"),
      unknown: t("unknown"),
      runs: t(rollout.completed_at === null ? "runsNow" : "ranAtEnd"),
      failed: t("failed"),
      cause: (target: { failure: NonNullable<RolloutTargetWire["failure"]> }) => sentences.failure(target.failure),
    };
    const text = summaryOf(rollout, targets, words, window.location.href);
    // Absent outside secure contexts, whatever the type says.
    const clipboard: Clipboard | undefined = navigator.clipboard;
    if (clipboard === undefined) return say("refused");
    clipboard.writeText(text).then(
      () => say("copied"),
      () => say("refused"),
    );
  };
  return (
    <Button variant="quiet" onClick={copy} title={said === "refused" ? t("refused") : undefined}>
      {said === null ? (
        <ClipboardCopy aria-hidden />
      ) : said === "copied" ? (
        <Check aria-hidden />
      ) : (
        <X aria-hidden className="text-bad" />
      )}
      {t("copy")}
    </Button>
  );
}
