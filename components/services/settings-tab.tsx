"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Download, Upload } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsBoolean, useQueryState } from "nuqs";
import { type FormEvent, useState } from "react";
import type { z } from "zod";
import { useSentences } from "@/components/sentences/use-sentences";
import { draftOf, settingsOf } from "@/components/service-settings/draft";
import { SettingsFields } from "@/components/service-settings/settings-fields";
import { Banner } from "@/components/ui/banner";
import { Button, buttonStyles } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import type { ServiceDetailWire, serviceDetail, serviceUpdate } from "@/lib/api/contract";
import { type Answer, api } from "@/lib/client/api";
import { NO_PROBLEMS, problemsOf } from "@/lib/client/field-problems";
import { keys } from "@/lib/client/keys";
import { pairsOf } from "@/lib/client/pairs";
import { path } from "@/lib/client/path";
import { RemoveService } from "./remove-service";
import { SettingsView } from "./settings-view";

const ImportSheet = dynamic(() => import("@/components/service-settings/import-sheet").then((module) => module.ImportSheet), {
  ssr: false,
});

/** The service's settings as they are, and a form that makes the next revision of them. */
export function SettingsTab({ service }: { service: ServiceDetailWire }) {
  const t = useTranslations("services.settings");
  const definition = useTranslations("services.definition");
  const [editing, setEditing] = useQueryState("edit", parseAsBoolean.withDefault(false));
  const [importing, setImporting] = useQueryState("import", parseAsBoolean.withDefault(false));
  return (
    <div className="grid gap-4">
      <Card className="max-w-3xl">
        <CardHeader title={t("revision", { revision: service.revision })}>
          {editing ? null : (
            <div className="flex flex-wrap gap-2">
              <a
                className={buttonStyles({ size: "sm" })}
                href={path`/api/v1/services/${service.name}/slipway.yaml`}
                download="slipway.yaml"
                title={definition("exportMeans")}
              >
                <Download aria-hidden />
                slipway.yaml
              </a>
              <Button size="sm" onClick={() => setImporting(true)}>
                <Upload aria-hidden />
                {definition("import")}
              </Button>
              <Button size="sm" onClick={() => setEditing(true)}>
                {t("edit")}
              </Button>
            </div>
          )}
        </CardHeader>
        <div className="px-3.5 py-3">
          {editing ? <SettingsForm service={service} onDone={() => setEditing(null)} /> : <SettingsView service={service} />}
        </div>
      </Card>
      <RemoveService service={service} />
      {importing ? <ImportSheet service={service} onClose={() => setImporting(null)} /> : null}
    </div>
  );
}

function SettingsForm({ service, onDone }: { service: ServiceDetailWire; onDone: () => void }) {
  const t = useTranslations("services.settings");
  const sentences = useSentences();
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(service.settings, service.labels));
  const [local, setLocal] = useState(NO_PROBLEMS);
  const save = useMutation({
    mutationFn: (body: z.input<typeof serviceUpdate>) =>
      api.put<Answer<typeof serviceDetail>>(path`/services/${service.name}`, body),
    onSuccess: (saved) => {
      client.setQueryData(keys.service.detail(service.name), saved);
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const result = settingsOf(draft);
    setLocal("problems" in result ? result.problems : NO_PROBLEMS);
    if ("settings" in result)
      save.mutate({ settings: result.settings, labels: pairsOf(draft.labels), expected_revision: service.revision });
  };
  const problems = new Map([...problemsOf(save.error), ...local]);
  return (
    <form onSubmit={submit} className="grid gap-4">
      {save.error === null ? null : <Banner tone="bad" role="alert" title={sentences.problem(save.error)} />}
      <SettingsFields draft={draft} problems={problems} onChange={setDraft} />
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="primary" aria-disabled={save.isPending}>
          {t("save", { revision: service.revision + 1 })}
        </Button>
        <Button onClick={onDone}>{t("cancel")}</Button>
        <span className="text-ink-3">{t("saveMeans")}</span>
      </div>
    </form>
  );
}
