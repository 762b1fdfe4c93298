"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { useSentences } from "@/components/sentences/use-sentences";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Field, Input, Textarea } from "@/components/ui/field";
import { intoView } from "@/components/ui/into-view";
import { Select } from "@/components/ui/select";
import { Sheet } from "@/components/ui/sheet";
import type { hostCheck, host as hostSchema } from "@/lib/api/contract";
import { type Answer, api } from "@/lib/client/api";
import { NO_PROBLEMS, problemsOf } from "@/lib/client/field-problems";
import { keys } from "@/lib/client/keys";
import { HostCheck } from "./host-check";
import {
  checkOf,
  emptyHost,
  HOST_KINDS,
  type HostCheckInput,
  type HostDraft,
  type HostInput,
  hostOf,
  ofKind,
} from "./host-draft";
import { KindFields } from "./kind-fields";

/** A new host: what it is called, how it is reached, and the folder on it that Slipway may use. */
export function AddHostSheet({ onClose }: { onClose: () => void }) {
  const t = useTranslations("hosts.add");
  const ui = useTranslations("ui");
  const checking = useTranslations("hosts.check");
  const kinds = useTranslations("hosts.kind");
  const sentences = useSentences();
  const client = useQueryClient();
  const form = useId();
  const [draft, setDraft] = useState(emptyHost);
  const [local, setLocal] = useState(NO_PROBLEMS);
  const add = useMutation({
    mutationFn: (body: HostInput) => api.post<Answer<typeof hostSchema>>("/hosts", body),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.hosts });
      onClose();
    },
  });
  const check = useMutation({
    mutationFn: (body: HostCheckInput) => api.post<Answer<typeof hostCheck>>("/hosts/check", body),
    // Where only a name was said, the check finds the address.
    onSuccess: ({ address }) =>
      setDraft((before) => (before.address === "" && address !== null ? { ...before, address } : before)),
  });
  const change = (next: HostDraft) => {
    setDraft(next);
    // What was found out was about another place.
    if (next.address !== draft.address || next.kind !== draft.kind || next.ssh !== draft.ssh) check.reset();
  };
  const look = () => {
    const result = checkOf(draft);
    setLocal("problems" in result ? result.problems : NO_PROBLEMS);
    if ("check" in result && !check.isPending) check.mutate(result.check);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const result = hostOf(draft);
    setLocal("problems" in result ? result.problems : NO_PROBLEMS);
    if ("host" in result && !add.isPending) add.mutate(result.host);
  };
  const problems = new Map([...problemsOf(add.error), ...problemsOf(check.error), ...local]);
  const isKeyMissing = problems.has("/ssh/host_key");
  return (
    <Sheet
      open
      onOpenChange={(open) => open || onClose()}
      title={t("title")}
      description={t("means")}
      footer={
        <>
          <Button onClick={look} aria-busy={check.isPending} disabled={check.isPending}>
            {check.data === undefined ? checking("do") : checking("again")}
          </Button>
          <Button className="ml-auto" onClick={onClose}>
            {ui("cancel")}
          </Button>
          <Button type="submit" form={form} variant="primary" aria-disabled={add.isPending}>
            {t("add")}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} noValidate className="grid gap-4">
        {add.error === null ? null : <Refusal title={sentences.problem(add.error)} />}
        <Field label={t("name")} error={sentences.field(problems, "/name")} description={t("nameHelp")}>
          <Input
            value={draft.name}
            onChange={(event) => setDraft({ ...draft, name: event.target.value })}
            required
            spellCheck={false}
            autoComplete="off"
            placeholder="ams-1"
          />
        </Field>
        <Field label={t("kind")}>
          <Select
            value={draft.kind}
            onChange={(kind) => change(ofKind(draft, kind))}
            options={HOST_KINDS.map((kind) => ({ value: kind, label: kinds(kind) }))}
          />
        </Field>
        <KindFields draft={draft} problems={problems} onChange={change} />
        <Field label={t("zone")} hint={ui("optional")} error={sentences.field(problems, "/zone")} description={t("zoneHelp")}>
          <Input value={draft.zone} onChange={(event) => setDraft({ ...draft, zone: event.target.value })} autoComplete="off" />
        </Field>
        <Field
          label={t("labels")}
          hint={ui("optional")}
          error={sentences.field(problems, "/labels")}
          description={t("labelsHelp")}
        >
          <Textarea
            value={draft.labels}
            onChange={(event) => setDraft({ ...draft, labels: event.target.value })}
            rows={2}
            spellCheck={false}
            className="font-mono text-xs"
            placeholder="rack=b2"
          />
        </Field>
        {check.error === null ? null : <Refusal title={sentences.problem(check.error)} />}
        {check.data === undefined ? null : (
          <HostCheck
            answer={check.data}
            accepted={draft.ssh.hostKey}
            onAccept={(hostKey) => setDraft({ ...draft, ssh: { ...draft.ssh, hostKey } })}
          />
        )}
        {isKeyMissing ? <Refusal title={checking("first")} /> : null}
      </form>
    </Sheet>
  );
}

function Refusal({ title }: { title: string }) {
  return (
    <div ref={intoView}>
      <Banner tone="bad" role="alert" title={title} />
    </div>
  );
}
