"use client";

import { useTranslations } from "next-intl";
import { Checkbox } from "@/components/ui/checkbox";
import { Field, Input } from "@/components/ui/field";
import { NumberField } from "@/components/ui/number-field";
import { Select } from "@/components/ui/select";
import { complaintAbout } from "./field-errors";
import type { StrategyFault, StrategyField, StrategyForm } from "./strategy-form";

interface StrategyFieldsProps {
  readonly form: StrategyForm;
  readonly faults: Partial<Record<StrategyField, StrategyFault>>;
  readonly refusal: unknown;
  readonly onChange: (form: StrategyForm) => void;
}

const PROMOTIONS = ["auto", "after_canary", "each_wave"] as const;
const ON_FAILURE = ["roll_back", "pause", "stop"] as const;

/** Every field of a strategy, each with what it means and what is wrong with it. */
export function StrategyFields({ form, faults, refusal, onChange }: StrategyFieldsProps) {
  const t = useTranslations("deploy.strategy");
  const invalid = useTranslations("deploy.invalid");
  const about = (field: StrategyField) => {
    const fault = faults[field];
    return {
      label: t(`field.${field}`),
      description: t(`means.${field}`),
      error: fault === undefined ? complaintAbout(refusal, `/strategy/${field}`) : invalid(fault),
    };
  };
  const text = (field: "canary" | "wave_size" | "max_failed" | "min_healthy") => (
    <Field {...about(field)}>
      <Input
        value={form[field]}
        onChange={(event) => onChange({ ...form, [field]: event.target.value })}
        spellCheck={false}
        autoComplete="off"
      />
    </Field>
  );
  return (
    <div className="grid grid-cols-2 items-start gap-x-4 gap-y-3 rounded-md border border-line p-3.5 max-sm:grid-cols-1">
      {text("canary")}
      {text("wave_size")}
      <Field {...about("max_parallel")}>
        <NumberField
          value={form.max_parallel}
          min={1}
          max={10_000}
          onChange={(max_parallel) => onChange({ ...form, max_parallel })}
        />
      </Field>
      <Field {...about("bake_seconds")}>
        <NumberField
          value={form.bake_seconds}
          min={0}
          max={86_400}
          step={10}
          onChange={(bake_seconds) => onChange({ ...form, bake_seconds })}
        />
      </Field>
      {text("max_failed")}
      {text("min_healthy")}
      <Field {...about("on_failure")}>
        <Select
          options={ON_FAILURE.map((value) => ({ value, label: t(`on_failure.${value}`) }))}
          value={form.on_failure}
          onChange={(on_failure) => onChange({ ...form, on_failure })}
        />
      </Field>
      <Field {...about("promotion")}>
        <Select
          options={PROMOTIONS.map((value) => ({ value, label: t(`promotion.${value}`) }))}
          value={form.promotion}
          onChange={(promotion) => onChange({ ...form, promotion })}
        />
      </Field>
      <Field {...about("start_at")}>
        <Input
          type="datetime-local"
          value={form.start_at}
          onChange={(event) => onChange({ ...form, start_at: event.target.value })}
        />
      </Field>
      <Checkbox
        checked={form.spread}
        onChange={(spread) => onChange({ ...form, spread })}
        label={t("field.spread")}
        description={t("means.spread")}
        className="self-start"
      />
    </div>
  );
}
