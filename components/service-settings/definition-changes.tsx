"use client";

import { CircleCheck, Minus, Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { Banner } from "@/components/ui/banner";
import type { DefinitionAnswer } from "@/lib/api/contract";
import { fieldOf } from "./definition-field";

/** What a definition would change, field by field. */
export function DefinitionChanges({ plan }: { plan: DefinitionAnswer }) {
  const t = useTranslations("services.definition");
  if (plan.changes.length === 0) return <Banner tone="ok" icon={CircleCheck} title={t("same", { revision: plan.revision })} />;
  return (
    <section aria-label={t("changes")} className="grid gap-1.5">
      <h3 className="font-[550]">
        {plan.created
          ? t("isNew", { service: plan.service })
          : t("changesOf", { count: plan.changes.length, revision: plan.revision })}
      </h3>
      <ul className="grid divide-y divide-line-soft overflow-hidden rounded-lg border border-line">
        {plan.changes.map(({ pointer, from, to }) => (
          <li key={pointer} className="grid gap-0.5 px-3 py-1.5">
            <code className="break-all font-mono text-ink-2 text-xs">{fieldOf(pointer)}</code>
            {from === undefined ? null : <Value kind="before" value={from} />}
            {to === undefined ? null : <Value kind="after" value={to} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Value({ kind, value }: { kind: "before" | "after"; value: unknown }) {
  const t = useTranslations("services.definition");
  const Icon = kind === "before" ? Minus : Plus;
  return (
    <div className={kind === "before" ? "flex gap-1.5 text-bad" : "flex gap-1.5 text-ok"}>
      <Icon aria-label={t(kind)} role="img" className="mt-1 size-3 shrink-0" strokeWidth={2.5} />
      <code className="min-w-0 whitespace-pre-wrap break-all font-mono text-xs leading-5">{shown(value)}</code>
    </div>
  );
}

/** Lists one item a line. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => JSON.stringify(item)).join("\n");
  return JSON.stringify(value, null, 1);
}
