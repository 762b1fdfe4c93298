"use client";

import { useTranslations } from "next-intl";
import { Field, Input, Textarea } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import type { Shared } from "./candidates";

const CODE = { spellCheck: false, autoComplete: "off", className: "font-mono" } as const;

/** What holds for every host of the text that does not say otherwise. */
export function SharedFields({ shared, onChange }: { shared: Shared; onChange: (shared: Shared) => void }) {
  const t = useTranslations("hosts.add");
  const many = useTranslations("hosts.many");
  const ui = useTranslations("ui");
  const ssh = (change: Partial<Shared["ssh"]>) => onChange({ ...shared, ssh: { ...shared.ssh, ...change } });
  return (
    <fieldset className="grid content-start items-start gap-3 rounded-lg border border-line p-3.5 sm:grid-cols-2">
      <legend className="px-1 font-[550]">{many("shared")}</legend>
      <Field label={t("ssh.user")}>
        <Input value={shared.ssh.user} onChange={(event) => ssh({ user: event.target.value })} {...CODE} />
      </Field>
      <Field label={t("ssh.via")}>
        <Select
          value={shared.ssh.via}
          onChange={(via) => ssh({ via })}
          options={(["builtin", "openssh"] as const).map((via) => ({ value: via, label: t(`ssh.viaKind.${via}`) }))}
        />
      </Field>
      <Field label={t("ssh.key")}>
        <Select
          value={shared.ssh.keyKind}
          onChange={(keyKind) => ssh({ keyKind })}
          options={(["file", "agent"] as const).map((kind) => ({ value: kind, label: t(`ssh.keyKind.${kind}`) }))}
        />
      </Field>
      {shared.ssh.keyKind === "file" ? (
        <Field label={t("ssh.keyFile")} description={t("ssh.keyFileHelp")}>
          <Input value={shared.ssh.keyFile} onChange={(event) => ssh({ keyFile: event.target.value })} {...CODE} />
        </Field>
      ) : null}
      <Field label={t("root")} description={many("rootHelp")} className="sm:col-span-2">
        <Input value={shared.root} onChange={(event) => onChange({ ...shared, root: event.target.value })} {...CODE} />
      </Field>
      <Field label={t("zone")} hint={ui("optional")}>
        <Input value={shared.zone} onChange={(event) => onChange({ ...shared, zone: event.target.value })} autoComplete="off" />
      </Field>
      <Field label={t("labels")} hint={ui("optional")} description={t("labelsHelp")}>
        <Textarea
          value={shared.labels}
          onChange={(event) => onChange({ ...shared, labels: event.target.value })}
          rows={1}
          spellCheck={false}
          className="min-h-[30px] font-mono text-xs"
          placeholder="team=shop"
        />
      </Field>
    </fieldset>
  );
}
