"use client";

import { Check, CircleAlert, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { Banner } from "@/components/ui/banner";
import { Checkbox } from "@/components/ui/checkbox";
import { intoView } from "@/components/ui/into-view";
import type { HostCheckWire } from "@/lib/api/contract";

interface HostCheckProps {
  readonly answer: HostCheckWire;
  /** The public key that was accepted, null without one. */
  readonly accepted: string | null;
  readonly onAccept: (publicKey: string | null) => void;
}

/** What the host showed: its key, for a person to compare and accept, and what it lacks, each with the next step. */
export function HostCheck({ answer, accepted, onAccept }: HostCheckProps) {
  const t = useTranslations("hosts.check");
  const key = answer.host_key;
  return (
    <div ref={intoView} className="grid gap-2" role="status">
      {key === null ? null : (
        <div className="grid gap-1.5 rounded-lg border border-line p-3.5">
          <p className="font-[550]">{t("key", { type: key.type })}</p>
          <p className="break-all font-mono text-xs">{key.fingerprint}</p>
          <Checkbox
            checked={accepted === key.public_key}
            onChange={(on) => onAccept(on ? key.public_key : null)}
            label={t("accept")}
            description={t("acceptMeans")}
          />
        </div>
      )}
      {answer.troubles.map((trouble) => (
        <Banner
          key={`${trouble.code} ${JSON.stringify(trouble.params)}`}
          tone={trouble.bearable ? "warn" : "bad"}
          icon={trouble.bearable ? TriangleAlert : CircleAlert}
          title={trouble.message}
        />
      ))}
      {answer.ok ? <Banner tone="ok" icon={Check} title={t("fine")} /> : null}
    </div>
  );
}
