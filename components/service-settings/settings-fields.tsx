"use client";

import { useTranslations } from "next-intl";
import { useSentences } from "@/components/sentences/use-sentences";
import { Field, Input, Textarea } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import type { Problems } from "@/lib/client/field-problems";
import type { Draft, TextField } from "./draft";
import { RunningFields } from "./running-fields";

const SIGNALS: readonly string[] = ["TERM", "INT", "QUIT", "HUP", "USR1", "USR2"];
const HEALTH_KINDS = ["http", "tcp", "command"] as const;
const DELIVERY_MODES = ["push", "pull", "origin"] as const;

interface SettingsFieldsProps {
  readonly draft: Draft;
  readonly problems: Problems;
  readonly onChange: (draft: Draft) => void;
}

/** The fields of a service's settings; each says what is wrong with it. */
export function SettingsFields({ draft, problems, onChange }: SettingsFieldsProps) {
  const t = useTranslations("services.settings");
  const sentences = useSentences();
  const text = (name: TextField) => ({
    value: draft[name],
    spellCheck: false,
    autoComplete: "off",
    className: "font-mono text-xs",
    onChange: (event: { target: { value: string } }) => onChange({ ...draft, [name]: event.target.value }),
  });
  const field = (name: TextField, pointer: string) => ({ label: t(`field.${name}`), error: sentences.field(problems, pointer) });
  return (
    <div className="grid gap-4">
      <Field {...field("start", "/settings/start")} description={t("onePerLine")}>
        <Textarea {...text("start")} rows={3} placeholder={"./bin/serve\n--port\n8080"} />
      </Field>
      <Field {...field("environment", "/settings/environment")} description={t("environmentHelp")}>
        <Textarea {...text("environment")} rows={3} placeholder="LOG_LEVEL=info" />
      </Field>
      <div className="grid grid-cols-2 items-start gap-4 max-sm:grid-cols-1">
        <Field {...field("user", "/settings/user")} description={t("userHelp")}>
          <Input {...text("user")} />
        </Field>
        <Field {...field("folder", "/settings/folder")} description={t("folderHelp")}>
          <Input {...text("folder")} />
        </Field>
      </div>
      <RunningFields draft={draft} text={text} field={field} onChange={onChange} />
      <fieldset className="grid gap-3 rounded-lg border border-line p-3.5">
        <legend className="px-1 font-[550]">{t("health")}</legend>
        <Field label={t("field.health_kind")}>
          <Select
            value={draft.health_kind}
            onChange={(health_kind) => onChange({ ...draft, health_kind })}
            options={HEALTH_KINDS.map((kind) => ({ value: kind, label: t(`healthKind.${kind}`) }))}
          />
        </Field>
        {draft.health_kind === "http" ? (
          <div className="grid grid-cols-[1fr_100px] items-start gap-3">
            <Field {...field("health_path", "/settings/health/path")}>
              <Input {...text("health_path")} />
            </Field>
            <Field {...field("health_status", "/settings/health/status")}>
              <Input {...text("health_status")} inputMode="numeric" />
            </Field>
          </div>
        ) : null}
        {draft.health_kind === "command" ? (
          <Field {...field("health_argv", "/settings/health")} description={t("onePerLine")}>
            <Textarea {...text("health_argv")} rows={2} />
          </Field>
        ) : null}
        <Field {...field("version_path", "/settings/version_at")} description={t("versionHelp")}>
          <Input {...text("version_path")} placeholder="/version" />
        </Field>
      </fieldset>
      <div className="grid grid-cols-3 gap-4 max-sm:grid-cols-1">
        <Field label={t("field.stop_signal")}>
          <Select
            value={draft.stop_signal}
            onChange={(stop_signal) => onChange({ ...draft, stop_signal })}
            options={SIGNALS.map((signal) => ({ value: signal, label: signal }))}
          />
        </Field>
        <Field {...field("stop_grace_s", "/settings/stop_grace_s")}>
          <Input {...text("stop_grace_s")} inputMode="numeric" />
        </Field>
        <Field {...field("start_deadline_s", "/settings/start_deadline_s")}>
          <Input {...text("start_deadline_s")} inputMode="numeric" />
        </Field>
      </div>
      <div className="grid grid-cols-2 items-start gap-4 max-sm:grid-cols-1">
        <Field {...field("pre_stop", "/settings/hooks/pre_stop")} description={t("onePerLine")}>
          <Textarea {...text("pre_stop")} rows={2} />
        </Field>
        <Field {...field("post_start", "/settings/hooks/post_start")} description={t("onePerLine")}>
          <Textarea {...text("post_start")} rows={2} />
        </Field>
      </div>
      <fieldset className="grid grid-cols-[1fr_140px] items-start gap-3 rounded-lg border border-line p-3.5 max-sm:grid-cols-1">
        <legend className="px-1 font-[550]">{t("delivery")}</legend>
        <Field label={t("field.delivery_mode")} description={t(`deliveryMeans.${draft.delivery_mode}`)}>
          <Select
            value={draft.delivery_mode}
            onChange={(delivery_mode) => onChange({ ...draft, delivery_mode })}
            options={DELIVERY_MODES.map((mode) => ({ value: mode, label: t(`deliveryMode.${mode}`) }))}
          />
        </Field>
        <Field {...field("limit_kbit_s", "/settings/delivery/limit_kbit_s")} description={t("limitHelp")}>
          <Input {...text("limit_kbit_s")} inputMode="numeric" />
        </Field>
      </fieldset>
      <Field {...field("strategy", "/settings/strategy")} description={t("strategyHelp")}>
        <Textarea {...text("strategy")} rows={3} placeholder={'{ "canary": 1, "wave_size": "25%" }'} />
      </Field>
      <Field {...field("labels", "/labels")} description={t("labelsHelp")}>
        <Textarea {...text("labels")} rows={2} placeholder="team=shop" />
      </Field>
    </div>
  );
}
