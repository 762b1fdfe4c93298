"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { useSentences } from "@/components/sentences/use-sentences";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Textarea } from "@/components/ui/field";
import type { VersionWire, version as versionSchema } from "@/lib/api/contract";
import { type Answer, api } from "@/lib/client/api";
import { keys } from "@/lib/client/keys";
import { path } from "@/lib/client/path";

interface DialogProps {
  readonly service: string;
  readonly version: VersionWire;
  readonly onClose: () => void;
}

/** Withdraws a version: nothing may be deployed with it, and Slipway never chooses it. What runs it goes on. */
export function WithdrawDialog({ service, version, onClose }: DialogProps) {
  const t = useTranslations("services.versions");
  return (
    <ReasonDialog
      service={service}
      onClose={onClose}
      title={t("withdrawTitle", { version: version.version })}
      description={t("withdrawMeans", { count: version.instances })}
      action={t("withdrawDo")}
      send={(reason) =>
        api.post<Answer<typeof versionSchema>>(
          path`/services/${service}/versions/${version.version}/withdraw`,
          reason === "" ? {} : { reason },
        )
      }
    />
  );
}

/** Sets or lifts the barrier of a version: no rollback past it without saying so. */
export function BarrierDialog({ service, version, onClose }: DialogProps) {
  const t = useTranslations("services.versions");
  const isSet = version.barrier !== null;
  return (
    <ReasonDialog
      service={service}
      onClose={onClose}
      title={isSet ? t("liftTitle", { version: version.version }) : t("barrierTitle", { version: version.version })}
      description={isSet ? t("liftMeans") : t("barrierMeans")}
      action={isSet ? t("liftDo") : t("barrierDo")}
      required={!isSet}
      withoutReason={isSet}
      send={(reason) =>
        api.put<Answer<typeof versionSchema>>(path`/services/${service}/versions/${version.version}/barrier`, {
          barrier: isSet ? null : { reason },
        })
      }
    />
  );
}

interface ReasonDialogProps {
  readonly service: string;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly description: ReactNode;
  readonly action: ReactNode;
  readonly required?: boolean;
  readonly withoutReason?: boolean;
  readonly send: (reason: string) => Promise<VersionWire>;
}

function ReasonDialog({
  service,
  onClose,
  title,
  description,
  action,
  required = false,
  withoutReason = false,
  send,
}: ReasonDialogProps) {
  const t = useTranslations("services.versions");
  const ui = useTranslations("ui");
  const sentences = useSentences();
  const client = useQueryClient();
  const form = useId();
  const [reason, setReason] = useState("");
  const change = useMutation({
    mutationFn: () => send(reason.trim()),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.service.versions(service) });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!required || reason.trim() !== "") change.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={onClose}>{ui("cancel")}</Button>
          <Button type="submit" form={form} variant="primary" aria-disabled={change.isPending}>
            {action}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="grid gap-3">
        {withoutReason ? null : (
          <Field label={t("reason")} hint={required ? undefined : ui("optional")}>
            <Textarea value={reason} onChange={(event) => setReason(event.target.value)} required={required} maxLength={500} />
          </Field>
        )}
        {change.error === null ? null : (
          <p role="alert" className="text-bad">
            {sentences.problem(change.error)}
          </p>
        )}
      </form>
    </Dialog>
  );
}
