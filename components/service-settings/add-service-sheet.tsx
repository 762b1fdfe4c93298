"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Upload } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import type { z } from "zod";
import { useSentences } from "@/components/sentences/use-sentences";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { Sheet } from "@/components/ui/sheet";
import type { serviceDetail, serviceInput } from "@/lib/api/contract";
import { type Answer, api } from "@/lib/client/api";
import { NO_PROBLEMS, problemsOf } from "@/lib/client/field-problems";
import { keys } from "@/lib/client/keys";
import { pairsOf } from "@/lib/client/pairs";
import { path } from "@/lib/client/path";
import { emptyDraft, settingsOf } from "./draft";
import { ImportSheet } from "./import-sheet";
import { SettingsFields } from "./settings-fields";

/** A new service: its name and its settings. */
export function AddServiceSheet({ onClose }: { onClose: () => void }) {
  const t = useTranslations("services.settings");
  const definition = useTranslations("services.definition");
  const sentences = useSentences();
  const router = useRouter();
  const client = useQueryClient();
  const form = useId();
  const [name, setName] = useState("");
  const [draft, setDraft] = useState(emptyDraft);
  const [local, setLocal] = useState(NO_PROBLEMS);
  const [fromFile, setFromFile] = useState(false);
  const add = useMutation({
    mutationFn: (body: z.input<typeof serviceInput>) => api.post<Answer<typeof serviceDetail>>("/services", body),
    onSuccess: (made) => {
      client.setQueryData(keys.service.detail(made.name), made);
      router.push(path`/services/${made.name}`);
    },
  });
  const problems = new Map([...problemsOf(add.error), ...local]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const result = settingsOf(draft);
    setLocal("problems" in result ? result.problems : NO_PROBLEMS);
    if ("settings" in result) add.mutate({ name: name.trim(), labels: pairsOf(draft.labels), settings: result.settings });
  };
  if (fromFile) return <ImportSheet service={null} onClose={onClose} />;
  return (
    <Sheet
      open
      onOpenChange={(open) => open || onClose()}
      title={t("addTitle")}
      footer={
        <>
          <Button onClick={() => setFromFile(true)}>
            <Upload aria-hidden />
            {definition("fromFile")}
          </Button>
          <Button className="ml-auto" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button type="submit" form={form} variant="primary" aria-disabled={add.isPending}>
            {t("add")}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="grid gap-4">
        {add.error === null ? null : <Banner tone="bad" role="alert" title={sentences.problem(add.error)} />}
        <Field label={t("field.name")} error={sentences.field(problems, "/name")} description={t("nameHelp")}>
          <Input
            value={name}
            onChange={(event) => setName(event.target.value)}
            required
            spellCheck={false}
            autoComplete="off"
            placeholder="checkout"
          />
        </Field>
        <SettingsFields draft={draft} problems={problems} onChange={setDraft} />
      </form>
    </Sheet>
  );
}
