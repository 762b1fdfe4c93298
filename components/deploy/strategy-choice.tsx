"use client";

import { useTranslations } from "next-intl";
import { Choice, Choices } from "./choice";
import type { DeployForm, Preset } from "./deploy-form";
import { StrategyFields } from "./strategy-fields";
import { faultsOf, type StrategyForm } from "./strategy-form";

interface StrategyChoiceProps {
  readonly form: Pick<DeployForm, "preset" | "custom">;
  /** The service has a strategy of its own. */
  readonly hasOwn: boolean;
  readonly expected: string | null;
  readonly refusal: unknown;
  readonly now: number;
  readonly onPreset: (preset: Preset) => void;
  readonly onCustom: (custom: StrategyForm) => void;
}

export function StrategyChoice({ form, hasOwn, expected, refusal, now, onPreset, onCustom }: StrategyChoiceProps) {
  const t = useTranslations("deploy.strategy");
  const presets: readonly Preset[] = [...(hasOwn ? (["service"] as const) : []), "canary", "rolling", "all_at_once", "custom"];
  return (
    <div className="grid gap-3">
      <Choices label={t("label")} hint={expected}>
        {presets.map((preset) => (
          <Choice key={preset} chosen={form.preset === preset} onChoose={() => onPreset(preset)}>
            {t(`preset.${preset}`)}
          </Choice>
        ))}
      </Choices>
      {form.preset === "custom" ? (
        <StrategyFields form={form.custom} faults={faultsOf(form.custom, now)} refusal={refusal} onChange={onCustom} />
      ) : null}
    </div>
  );
}
