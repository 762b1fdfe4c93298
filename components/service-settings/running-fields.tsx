"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Checkbox } from "@/components/ui/checkbox";
import { Field, Input, Textarea } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import type { Draft, TextField } from "./draft";

const KINDS = ["process", "supervised", "systemd", "commands"] as const;
const LIMITS = ["open_files", "memory_mb", "cpu_percent"] as const;

interface RunningFieldsProps {
  readonly draft: Draft;
  /** What a control of a text needs. */
  readonly text: (name: TextField) => {
    readonly value: string;
    readonly spellCheck: boolean;
    readonly autoComplete: string;
    readonly className: string;
    readonly onChange: (event: { target: { value: string } }) => void;
  };
  /** Its name, and what is wrong at that pointer. */
  readonly field: (name: TextField, pointer: string) => { readonly label: string; readonly error: ReactNode };
  readonly onChange: (draft: Draft) => void;
}

/** How the service is kept running on its hosts. */
export function RunningFields({ draft, text, field, onChange }: RunningFieldsProps) {
  const t = useTranslations("services.settings");
  return (
    <fieldset className="grid gap-3 rounded-lg border border-line p-3.5">
      <legend className="px-1 font-[550]">{t("runs")}</legend>
      <Field label={t("field.runs_kind")} description={t(`runsHelp.${draft.runs_kind}`)}>
        <Select
          value={draft.runs_kind}
          onChange={(runs_kind) => onChange({ ...draft, runs_kind })}
          options={KINDS.map((kind) => ({ value: kind, label: t(`runsKind.${kind}`) }))}
        />
      </Field>
      {draft.runs_kind === "systemd" ? (
        <>
          <Checkbox
            checked={draft.runs_hardened}
            onChange={(runs_hardened) => onChange({ ...draft, runs_hardened })}
            label={t("hardened")}
            description={t("hardenedHelp")}
          />
          {draft.runs_hardened ? (
            <Field {...field("runs_writable", "/settings/runs/writable")} description={t("writableHelp")}>
              <Textarea {...text("runs_writable")} rows={2} placeholder="/var/lib/shop" />
            </Field>
          ) : null}
        </>
      ) : null}
      {draft.runs_kind === "commands" ? (
        <div className="grid grid-cols-2 items-start gap-4 max-sm:grid-cols-1">
          <Field {...field("runs_stop", "/settings/runs/stop")} description={t("onePerLine")}>
            <Textarea {...text("runs_stop")} rows={2} />
          </Field>
          <Field {...field("runs_status", "/settings/runs/status")} description={t("statusHelp")}>
            <Textarea {...text("runs_status")} rows={2} />
          </Field>
        </div>
      ) : null}
      <div className="grid grid-cols-3 items-start gap-4 max-sm:grid-cols-1">
        {LIMITS.map((limit) => (
          <Field key={limit} {...field(limit, `/settings/limits/${limit}`)} description={t(`limitsHelp.${limit}`)}>
            <Input {...text(limit)} inputMode="numeric" />
          </Field>
        ))}
      </div>
      <Checkbox
        checked={draft.sudo}
        onChange={(sudo) => onChange({ ...draft, sudo })}
        label={t("sudo")}
        description={t("sudoHelp")}
      />
    </fieldset>
  );
}
