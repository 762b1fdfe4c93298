"use client";

import { useTranslations } from "next-intl";
import { useSentences } from "@/components/sentences/use-sentences";
import { Field, Input } from "@/components/ui/field";
import { NumberField } from "@/components/ui/number-field";
import { Select } from "@/components/ui/select";
import type { Problems } from "@/lib/client/field-problems";
import { atAddress, type HostDraft, rootOf, type SshDraft } from "./host-draft";

interface KindFieldsProps {
  readonly draft: HostDraft;
  readonly problems: Problems;
  readonly onChange: (draft: HostDraft) => void;
}

const CODE = { spellCheck: false, autoComplete: "off", className: "font-mono" } as const;

/** How a host of this kind is reached, and where Slipway works on it. */
export function KindFields({ draft, problems, onChange }: KindFieldsProps) {
  const t = useTranslations("hosts.add");
  const sentences = useSentences();
  return (
    <>
      <Field
        label={t("address")}
        error={sentences.field(problems, "/address")}
        description={draft.kind === "ssh" ? `${t("addressHelp")} ${t("addressFound")}` : t("addressHelp")}
      >
        <Input value={draft.address} onChange={(event) => onChange(atAddress(draft, event.target.value))} required {...CODE} />
      </Field>
      {draft.kind === "ssh" ? (
        <SshFields
          ssh={draft.ssh}
          problems={problems}
          onChange={(change) => onChange({ ...draft, ssh: { ...draft.ssh, ...change } })}
        />
      ) : null}
      <Field label={t("root")} error={sentences.field(problems, "/root")} description={t("rootHelp")}>
        <Input value={rootOf(draft)} onChange={(event) => onChange({ ...draft, root: event.target.value })} required {...CODE} />
      </Field>
    </>
  );
}

interface SshFieldsProps {
  readonly ssh: SshDraft;
  readonly problems: Problems;
  readonly onChange: (change: Partial<SshDraft>) => void;
}

/** Another way to the host may lead to another machine: what was accepted for the one before does not count for it. */
function SshFields({ ssh, problems, onChange }: SshFieldsProps) {
  const t = useTranslations("hosts.add.ssh");
  const ui = useTranslations("ui");
  const sentences = useSentences();
  return (
    <fieldset className="grid grid-cols-2 items-start gap-3 rounded-lg border border-line p-3.5">
      <legend className="px-1 font-[550]">{t("title")}</legend>
      <Field label={t("via")} description={ssh.via === "openssh" ? t("viaHelp") : undefined} className="col-span-2">
        <Select
          value={ssh.via}
          onChange={(via) => onChange({ via, hostKey: null })}
          options={(["builtin", "openssh"] as const).map((via) => ({ value: via, label: t(`viaKind.${via}`) }))}
        />
      </Field>
      <Field label={t("user")} error={sentences.field(problems, "/ssh/user")}>
        <Input value={ssh.user} onChange={(event) => onChange({ user: event.target.value })} required {...CODE} />
      </Field>
      <Field label={t("port")} error={sentences.field(problems, "/ssh/port")}>
        <NumberField
          value={ssh.port}
          min={1}
          max={65_535}
          plain
          onChange={(port) => onChange({ port: port ?? 22, hostKey: null })}
        />
      </Field>
      <Field
        label={t("host")}
        hint={ui("optional")}
        error={sentences.field(problems, "/ssh/host")}
        description={t("hostHelp")}
        className="col-span-2"
      >
        <Input value={ssh.host} onChange={(event) => onChange({ host: event.target.value, hostKey: null })} {...CODE} />
      </Field>
      <Field label={t("key")}>
        <Select
          value={ssh.keyKind}
          onChange={(keyKind) => onChange({ keyKind })}
          options={(["file", "agent"] as const).map((kind) => ({ value: kind, label: t(`keyKind.${kind}`) }))}
        />
      </Field>
      {ssh.keyKind === "file" ? (
        <Field label={t("keyFile")} error={sentences.field(problems, "/ssh/key")} description={t("keyFileHelp")}>
          <Input value={ssh.keyFile} onChange={(event) => onChange({ keyFile: event.target.value })} required {...CODE} />
        </Field>
      ) : null}
    </fieldset>
  );
}
