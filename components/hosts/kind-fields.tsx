"use client";

import { useTranslations } from "next-intl";
import { useSentences } from "@/components/sentences/use-sentences";
import { Field, Input } from "@/components/ui/field";
import type { Problems } from "@/lib/client/field-problems";
import { type HostDraft, rootOf } from "./host-draft";

interface KindFieldsProps {
  readonly draft: HostDraft;
  readonly problems: Problems;
  readonly onChange: (draft: HostDraft) => void;
}

/** How a host of this kind is reached, and where Slipway works on it. */
export function KindFields({ draft, problems, onChange }: KindFieldsProps) {
  const t = useTranslations("hosts.add");
  const sentences = useSentences();
  return (
    <>
      <Field label={t("address")} error={sentences.field(problems, "/address")} description={t("addressHelp")}>
        <Input
          value={draft.address}
          onChange={(event) => onChange({ ...draft, address: event.target.value })}
          required
          spellCheck={false}
          autoComplete="off"
          className="font-mono"
        />
      </Field>
      <Field label={t("root")} error={sentences.field(problems, "/root")} description={t("rootHelp")}>
        <Input
          value={rootOf(draft)}
          onChange={(event) => onChange({ ...draft, root: event.target.value })}
          required
          spellCheck={false}
          autoComplete="off"
          className="font-mono"
        />
      </Field>
    </>
  );
}
