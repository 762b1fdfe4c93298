"use client";

import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";
import { useTranslations } from "next-intl";
import { useTheme } from "next-themes";
import { type ReactNode, useId } from "react";
import { GRACES, useRollbackPreferences } from "@/components/rollback/preferences";
import { LocaleSwitch } from "@/components/shell/locale-switch";
import { Card, CardHeader } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { useNow } from "@/components/ui/now";

const THEMES = ["system", "light", "dark"] as const;

/** A person's own settings, kept in this browser. */
export function PreferencesPage() {
  const t = useTranslations("shell.preferences");
  const [rollback, setRollback] = useRollbackPreferences();
  const { theme, setTheme } = useTheme();
  const isPainted = useNow("slow") !== null;
  return (
    <div className="grid max-w-2xl gap-4">
      <header>
        <h1>{t("title")}</h1>
        <p className="text-ink-2">{t("kept")}</p>
      </header>
      <Card>
        <CardHeader title={t("rollback")} />
        <div className="grid gap-4 px-3.5 py-3">
          <Choice
            label={t("grace")}
            description={t("graceHelp")}
            value={String(rollback.grace)}
            options={GRACES.map((grace) => ({
              value: String(grace),
              label: grace === "ask" ? t("ask") : t("seconds", { count: grace }),
            }))}
            onChange={(value) =>
              setRollback({ ...rollback, grace: GRACES.find((grace) => String(grace) === value) ?? rollback.grace })
            }
          />
          <Checkbox
            checked={rollback.hold}
            onChange={(hold) => setRollback({ ...rollback, hold })}
            label={t("hold")}
            description={t("holdHelp")}
          />
        </div>
      </Card>
      <Card>
        <CardHeader title={t("look")} />
        <div className="grid gap-4 px-3.5 py-3">
          <Choice
            label={t("theme")}
            value={isPainted ? (theme ?? "system") : "system"}
            options={THEMES.map((value) => ({ value, label: t(`themes.${value}`) }))}
            onChange={setTheme}
          />
          <div>
            <p className="mb-1 font-[550]">{t("language")}</p>
            <LocaleSwitch />
          </div>
        </div>
      </Card>
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly description?: ReactNode;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
}

function Choice({ label, description, value, options, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div>
      <p id={id} className="font-[550]">
        {label}
      </p>
      {description === undefined ? null : <p className="text-ink-3 text-xs">{description}</p>}
      <RadioGroup
        aria-labelledby={id}
        value={value}
        onValueChange={(next: string) => onChange(next)}
        className="mt-1.5 flex flex-wrap gap-2"
      >
        {options.map((option) => (
          <Radio.Root
            key={option.value}
            value={option.value}
            className="flex h-[30px] items-center rounded-md border border-line-strong bg-panel px-3 text-ink-2 hover:bg-sunken data-checked:border-accent data-checked:bg-accent-soft data-checked:font-[550] data-checked:text-ink max-sm:h-10"
          >
            {option.label}
          </Radio.Root>
        ))}
      </RadioGroup>
    </div>
  );
}
