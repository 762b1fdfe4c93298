"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useId, useRef, useState } from "react";
import { useSentences } from "@/components/sentences/use-sentences";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Field, Textarea } from "@/components/ui/field";
import { FileButton } from "@/components/ui/file-button";
import { Sheet } from "@/components/ui/sheet";
import { useDebounced } from "@/components/ui/use-debounced";
import type { definitionAnswer, ServiceDetailWire } from "@/lib/api/contract";
import { type Answer, api } from "@/lib/client/api";
import { keys } from "@/lib/client/keys";
import { path, search } from "@/lib/client/path";
import { definitionPath, definitionQuery } from "@/lib/client/queries/services";
import { DefinitionChanges } from "./definition-changes";
import { DefinitionProblems } from "./definition-problems";

const PAUSE_MS = 300;
/** A little more than the API takes, so that it says itself what is too large. */
const MOST_BYTES = 160 * 1024;

interface ImportSheetProps {
  /** null: the file says which service it is of. */
  readonly service: ServiceDetailWire | null;
  readonly onClose: () => void;
}

/** A slipway.yaml, pasted or from a file: what it would change is seen before it is saved, what is wrong with it by its lines. */
export function ImportSheet({ service, onClose }: ImportSheetProps) {
  const t = useTranslations("services.definition");
  const ui = useTranslations("ui");
  const sentences = useSentences();
  const router = useRouter();
  const client = useQueryClient();
  const form = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState("");
  const settled = useDebounced(text, PAUSE_MS);
  const compared = useQuery(definitionQuery(service?.name ?? null, service?.revision ?? 0, settled));
  const save = useMutation({
    mutationFn: (revision: number) =>
      api.putText<Answer<typeof definitionAnswer>>(
        `${definitionPath(service?.name ?? null)}${search({ expected_revision: revision })}`,
        text,
        {
          type: "application/yaml",
        },
      ),
    onSuccess: async (saved) => {
      await client.invalidateQueries({ queryKey: keys.service.all(saved.service) });
      if (service === null) router.push(path`/services/${saved.service}`);
      else onClose();
    },
    // Somebody else was faster: what it would change now is another thing.
    onError: () => compared.refetch(),
  });
  const plan = compared.isSuccess && text === settled && text.trim() !== "" ? compared.data : null;
  const isReady = plan !== null && plan.changes.length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady && !save.isPending) save.mutate(plan.revision);
  };
  const error = save.error ?? (text.trim() === "" ? null : compared.error);
  return (
    <Sheet
      open
      onOpenChange={(open) => open || onClose()}
      title={service === null ? t("addTitle") : t("title", { service: service.name })}
      description={t("means")}
      initialFocus={area}
      footer={
        <>
          <Button className="ml-auto" onClick={onClose}>
            {ui("cancel")}
          </Button>
          <Button type="submit" form={form} variant="primary" disabled={!isReady} aria-busy={save.isPending}>
            {plan === null
              ? t("save")
              : plan.created
                ? t("add", { service: plan.service })
                : t("saveAs", { revision: plan.revision + 1 })}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} noValidate className="grid gap-4">
        <Field
          label="slipway.yaml"
          hint={
            <FileButton accept=".yaml,.yml" mostBytes={MOST_BYTES} onText={setText}>
              <FileUp aria-hidden />
              {t("choose")}
            </FileButton>
          }
        >
          <Textarea
            ref={area}
            value={text}
            onChange={(event) => {
              save.reset();
              setText(event.target.value);
            }}
            rows={14}
            wrap="off"
            spellCheck={false}
            className="overflow-x-auto font-mono text-xs leading-5"
            placeholder={t("placeholder")}
          />
        </Field>
        {error === null ? null : (
          <Banner tone="bad" role="alert" title={sentences.problem(error)}>
            <DefinitionProblems error={error} area={area} />
          </Banner>
        )}
        {plan === null ? null : <DefinitionChanges plan={plan} />}
        {plan === null || plan.created ? null : <p className="text-ink-3">{t("saveMeans")}</p>}
      </form>
    </Sheet>
  );
}
