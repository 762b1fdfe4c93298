"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useSentences } from "@/components/sentences/use-sentences";
import { VersionStatusChip } from "@/components/states/chips";
import { cn } from "@/components/ui/cn";
import { Duration } from "@/components/ui/duration";
import { IconButton } from "@/components/ui/icon-button";
import { RelativeTime } from "@/components/ui/relative-time";
import { VersionName } from "@/components/ui/version-dot";
import type { ActivationWire } from "@/lib/api/contract";
import { secondsRun } from "./runs";
import { useWhen } from "./use-when";

interface ComparisonProps {
  readonly older: ActivationWire;
  readonly newer: ActivationWire;
  readonly onClose: () => void;
}

/** Two runs side by side; what differs is marked. */
export function Comparison({ older, newer, onClose }: ComparisonProps) {
  const t = useTranslations("instances.compare");
  const history = useTranslations("instances");
  const sentences = useSentences();
  const when = useWhen();
  const row = (name: string, same: boolean, of: (activation: ActivationWire) => ReactNode) => (
    <tr className={cn(!same && "bg-accent-soft")}>
      <th scope="row" className="w-28 py-1 pr-3 pl-3.5 text-left font-normal text-ink-3">
        {name}
        {same ? null : <span className="sr-only"> ({t("differs")})</span>}
      </th>
      <td className="py-1 pr-3 align-top">{of(older)}</td>
      <td className="py-1 pr-3.5 align-top">{of(newer)}</td>
    </tr>
  );
  const failure = ({ failure: given }: ActivationWire) => (given === null ? "–" : sentences.failure(given));
  return (
    <section aria-label={t("title")} className="border-line border-b">
      <div className="flex items-center justify-between px-3.5 py-1.5">
        <h3 className="font-[550]">{t("title")}</h3>
        <IconButton label={t("close")} size="sm" onClick={onClose}>
          <X aria-hidden />
        </IconButton>
      </div>
      <table className="w-full table-fixed">
        <tbody>
          {row(t("version"), older.version === newer.version, (each) => (
            <VersionName version={each.version} color={each.color} />
          ))}
          {row(t("status"), older.status === newer.status, (each) => (
            <VersionStatusChip status={each.status} />
          ))}
          {row(t("settings"), older.revision === newer.revision, (each) => t("revision", { revision: each.revision }))}
          {row(t("ran"), false, (each) => {
            const seconds = secondsRun(each);
            return seconds === null ? <RelativeTime at={each.from} style="for" /> : <Duration seconds={seconds} />;
          })}
          {row(t("from"), false, (each) => when(each.from))}
          {row(t("outcome"), older.outcome === newer.outcome, (each) =>
            history(`outcome.${each.outcome}`, { by: each.replaced_by_version ?? "none", failure: failure(each) }),
          )}
          {row(t("by"), older.requested_by === newer.requested_by, (each) => each.requested_by ?? "–")}
          {row(t("reason"), older.reason === newer.reason, (each) => each.reason ?? "–")}
        </tbody>
      </table>
    </section>
  );
}
