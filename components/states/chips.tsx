"use client";

import { useTranslations } from "next-intl";
import { Chip } from "@/components/ui/chip";
import type { ActivationWire, InstanceInfoWire, RolloutTargetWire, RolloutWire } from "@/lib/api/contract";
import { CONDITION_LOOK, INSTANCE_LOOK, type Look, ROLLOUT_LOOK, TARGET_LOOK, VERSION_LOOK } from "./looks";

function StateChip({ look, word, title }: { look: Look; word: string; title?: string | undefined }) {
  return (
    <Chip tone={look.tone} icon={look.icon} spin={look.moving === true} title={title}>
      {word}
    </Chip>
  );
}

export function RolloutStatusChip({ status, title }: { status: RolloutWire["status"]; title?: string }) {
  const t = useTranslations("statuses.rollout");
  return <StateChip look={ROLLOUT_LOOK[status]} word={t(status)} title={title} />;
}

export function TargetStatusChip({ status, title }: { status: RolloutTargetWire["status"]; title?: string }) {
  const t = useTranslations("statuses.target");
  return <StateChip look={TARGET_LOOK[status]} word={t(status)} title={title} />;
}

export function InstanceStatusChip({ status, title }: { status: InstanceInfoWire["status"]; title?: string }) {
  const t = useTranslations("statuses.instance");
  return <StateChip look={INSTANCE_LOOK[status]} word={t(status)} title={title} />;
}

/** The state of a version on one instance. */
export function VersionStatusChip({ status, title }: { status: ActivationWire["status"]; title?: string }) {
  const t = useTranslations("statuses.version");
  return <StateChip look={VERSION_LOOK[status]} word={t(status)} title={title} />;
}

export function ConditionChip({ condition, title }: { condition: NonNullable<InstanceInfoWire["condition"]>; title?: string }) {
  const t = useTranslations("conditions");
  return <StateChip look={CONDITION_LOOK[condition]} word={t(condition)} title={title} />;
}
