"use client";

import { Check, Copy } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { IconButton } from "./icon-button";
import { announce } from "./live-region";

const SHOWN_MS = 1500;

/** Copies `text`; the icon says for a moment that it did. Where the browser refuses, it says so instead. */
export function CopyButton({ text, label, className }: { text: string; label?: string; className?: string }) {
  const t = useTranslations("ui");
  const [copied, setCopied] = useState<"no" | "yes" | "refused">("no");
  const copy = () => {
    const said = (state: "yes" | "refused") => {
      setCopied(state);
      announce(t(state === "yes" ? "copied" : "copyRefused"));
      setTimeout(() => setCopied("no"), SHOWN_MS);
    };
    if (navigator.clipboard === undefined) return said("refused");
    navigator.clipboard.writeText(text).then(
      () => said("yes"),
      () => said("refused"),
    );
  };
  const name = copied === "refused" ? t("copyRefused") : copied === "yes" ? t("copied") : (label ?? t("copy"));
  return (
    <IconButton label={name} size="sm" onClick={copy} className={className}>
      {copied === "yes" ? <Check aria-hidden className="text-ok" /> : <Copy aria-hidden />}
    </IconButton>
  );
}
