"use client";

import { useTranslations } from "next-intl";
import type { InstanceInfoWire } from "@/lib/api/contract";
import { Choice, Choices } from "./choice";
import type { Selection } from "./deploy-form";
import { InstanceList } from "./instance-list";

/** The versions offered as a choice of their own, most instances first. */
const OFFERED = 3;

interface InstanceChoiceProps {
  readonly roster: readonly InstanceInfoWire[];
  readonly selection: Selection;
  readonly selected: readonly string[];
  readonly error: string | undefined;
  readonly onSelect: (selection: Selection) => void;
}

export function InstanceChoice({ roster, selection, selected, error, onSelect }: InstanceChoiceProps) {
  const t = useTranslations("deploy.instances");
  const down = roster.filter((instance) => instance.healthy === false).length;
  return (
    <div className="grid gap-2">
      <Choices label={t("label")} hint={t("selected", { count: selected.length, total: roster.length })} error={error}>
        <Choice chosen={selection.kind === "all"} onChoose={() => onSelect({ kind: "all" })}>
          {t("all", { count: roster.length })}
        </Choice>
        {versionsOf(roster).map(({ version, count }) => (
          <Choice
            key={version}
            chosen={selection.kind === "on" && selection.version === version}
            onChoose={() => onSelect({ kind: "on", version })}
          >
            {version === "" ? t("onNothing", { count }) : t("on", { version, count })}
          </Choice>
        ))}
        {down === 0 ? null : (
          <Choice chosen={selection.kind === "not_answering"} onChoose={() => onSelect({ kind: "not_answering" })}>
            {t("notAnswering", { count: down })}
          </Choice>
        )}
        <Choice chosen={selection.kind === "chosen"} onChoose={() => onSelect({ kind: "chosen", ids: selected })}>
          {t("choose")}
        </Choice>
      </Choices>
      {selection.kind === "chosen" ? (
        <InstanceList roster={roster} chosen={selection.ids} onChange={(ids) => onSelect({ kind: "chosen", ids })} />
      ) : null}
    </div>
  );
}

function versionsOf(roster: readonly InstanceInfoWire[]): readonly { readonly version: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { version } of roster) counts.set(version, (counts.get(version) ?? 0) + 1);
  if (counts.size < 2) return [];
  return [...counts]
    .map(([version, count]) => ({ version, count }))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, OFFERED);
}
