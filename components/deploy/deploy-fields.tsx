"use client";

import { useTranslations } from "next-intl";
import { useSentences } from "@/components/sentences/use-sentences";
import { Banner } from "@/components/ui/banner";
import { ButtonLink } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Field, Input, Textarea } from "@/components/ui/field";
import type { InstanceInfoWire, ServiceDetailWire, VersionWire } from "@/lib/api/contract";
import { ApiProblem } from "@/lib/client/problem";
import { complaintAbout } from "./field-errors";
import { HeldNotice } from "./held-notice";
import { InstanceChoice } from "./instance-choice";
import { PlanDrawing, useExpected } from "./plan-drawing";
import { StrategyChoice } from "./strategy-choice";
import type { useDeployForm } from "./use-deploy-form";
import { VersionFields } from "./version-fields";

interface DeployFieldsProps {
  readonly service: ServiceDetailWire;
  readonly catalogue: readonly VersionWire[];
  readonly roster: readonly InstanceInfoWire[];
  readonly state: ReturnType<typeof useDeployForm>;
  /** What the last try to start was answered, null without one. */
  readonly refusal: Error | null;
}

export function DeployFields({ service, catalogue, roster, state, refusal }: DeployFieldsProps) {
  const t = useTranslations("deploy");
  const sentences = useSentences();
  const expected = useExpected();
  const { form, change, preview } = state;
  return (
    <div className="grid gap-5">
      {service.hold === null ? null : <HeldNotice service={service.name} hold={service.hold} />}
      {refusal === null ? null : <Refusal error={refusal} />}
      <VersionFields
        version={form.version}
        packageUrl={form.packageUrl}
        catalogue={catalogue}
        known={state.known}
        refusal={refusal}
        onVersion={(version) => change({ version })}
        onPackageUrl={(packageUrl) => change({ packageUrl })}
      />
      <InstanceChoice
        roster={roster}
        selection={form.selection}
        selected={state.selected}
        error={state.selected.length === 0 ? t("instances.none") : complaintAbout(refusal, "/instances")}
        onSelect={(selection) => change({ selection })}
      />
      <StrategyChoice
        form={form}
        hasOwn={Object.keys(service.settings.strategy).length > 0}
        expected={expected(preview)}
        refusal={refusal ?? state.previewError}
        now={state.now}
        onPreset={state.choosePreset}
        onCustom={(custom) => change({ custom })}
      />
      <div className="min-h-24">
        {preview !== undefined ? (
          <PlanDrawing plan={preview} serviceInstances={service.instances} stale={state.previewStale} />
        ) : state.previewError !== null ? (
          <p className="text-bad">{sentences.problem(state.previewError)}</p>
        ) : (
          <p className="text-ink-3">{t("plan.later")}</p>
        )}
      </div>
      <Field label={t("reason.label")} hint={t("optional")} error={complaintAbout(refusal, "/reason")}>
        <Textarea
          maxLength={500}
          rows={2}
          placeholder={t("reason.placeholder")}
          value={form.reason}
          onChange={(event) => change({ reason: event.target.value.replaceAll("\n", " ") })}
        />
      </Field>
      <div className="grid gap-2">
        <Checkbox
          checked={form.barrier !== null}
          onChange={(on) => change({ barrier: on ? "" : null })}
          label={t("barrier.label")}
          description={t("barrier.means")}
        />
        {form.barrier === null ? null : (
          <Field label={t("barrier.reason")} error={complaintAbout(refusal, "/barrier")}>
            <Input
              maxLength={500}
              placeholder={t("barrier.placeholder")}
              value={form.barrier}
              onChange={(event) => change({ barrier: event.target.value })}
            />
          </Field>
        )}
      </div>
    </div>
  );
}

/** Why the start was refused, whose rollout is in the way, and that nothing was started. */
function Refusal({ error }: { error: Error }) {
  const t = useTranslations("deploy");
  const sentences = useSentences();
  const conflict = error instanceof ApiProblem ? error.problem.conflict : undefined;
  return (
    <Banner
      tone="bad"
      role="alert"
      title={sentences.problem(error)}
      actions={
        conflict === undefined ? undefined : (
          <ButtonLink size="sm" href={`/rollouts/${encodeURIComponent(conflict.rollout_id)}`}>
            {t("openConflict", { rollout: conflict.rollout_id, by: conflict.requested_by })}
          </ButtonLink>
        )
      }
    />
  );
}
