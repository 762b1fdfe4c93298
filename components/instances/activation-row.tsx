"use client";

import { ChevronDown } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { NamedRollbackButton } from "@/components/rollback/named-rollback-button";
import { EvidenceView } from "@/components/sentences/evidence";
import { useSentences } from "@/components/sentences/use-sentences";
import { VERSION_LOOK } from "@/components/states/looks";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Chip } from "@/components/ui/chip";
import { cn } from "@/components/ui/cn";
import { Duration } from "@/components/ui/duration";
import { RelativeTime, useExactTime } from "@/components/ui/relative-time";
import { VersionName } from "@/components/ui/version-dot";
import type { ActivationWire, InstanceDetailWire } from "@/lib/api/contract";
import { path } from "@/lib/client/path";
import { secondsRun } from "./runs";
import { useWhen } from "./use-when";

interface ActivationRowProps {
  readonly activation: ActivationWire;
  readonly instance: InstanceDetailWire;
  readonly compared: boolean;
  readonly onCompare: () => void;
}

/** One run of a version: how it stands, when and how long it ran, who brought it, how it ended. */
export function ActivationRow({ activation, instance, compared, onCompare }: ActivationRowProps) {
  const t = useTranslations("instances.history");
  const [open, setOpen] = useState(false);
  const evidence = activation.failure?.evidence ?? null;
  return (
    <li className="relative border-line-soft border-b py-2.5 pl-6 last:border-b-0">
      <span
        aria-hidden
        className={cn(
          "absolute top-[15px] left-0 size-3 rounded-full border-2 bg-panel",
          activation.to === null ? "border-ok bg-ok" : activation.status === "deprecated" ? "border-bad" : "border-line-strong",
        )}
      />
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1.5">
        <div className="grid min-w-0 flex-[1_1_18rem] gap-0.5">
          <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5">
            <VersionName version={activation.version} color={activation.color} className="font-semibold" />
            <StatusHere activation={activation} />
            <Outcome activation={activation} />
          </div>
          <Facts activation={activation} />
        </div>
        <div className="flex flex-wrap items-center gap-1.5">
          <Checkbox checked={compared} onChange={onCompare} label={t("compare", { version: activation.version })} hideLabel />
          {activation.failure === null ? null : (
            <Button size="sm" aria-expanded={open} onClick={() => setOpen((before) => !before)}>
              {t("evidence")}
              <ChevronDown aria-hidden className={cn("transition-transform", open && "rotate-180")} />
            </Button>
          )}
          {activation.can_roll_back_to ? (
            <NamedRollbackButton
              size="sm"
              service={instance.service_name}
              targetVersion={activation.version}
              instances={[instance.instance_id]}
              label={t("rollBackToThis")}
              doubtful={activation.status === "deprecated"}
            />
          ) : null}
        </div>
      </div>
      {open ? (
        <div className="mt-2.5 rounded-md border border-line p-3">
          <EvidenceView evidence={evidence} />
        </div>
      ) : null}
    </li>
  );
}

/** The version's status on this instance, in the words of what happened: "deprecated" tells a person nothing. */
function StatusHere({ activation }: { activation: ActivationWire }) {
  const t = useTranslations("statuses.version");
  const { tone, icon } = VERSION_LOOK[activation.status];
  const word = wordOf(activation);
  return (
    <Chip tone={word === "runs_again" ? "off" : tone} icon={icon}>
      {t(word)}
    </Chip>
  );
}

function wordOf({ status, outcome, to }: ActivationWire) {
  // Its version runs, but not in this run, which ended.
  if (status === "active" && to !== null) return "runs_again";
  if (status !== "deprecated") return status;
  switch (outcome) {
    case "failed":
    case "put_back":
    case "replaced_down":
      return "failed_here";
    case "rolled_back":
      return "rolled_back";
    default:
      return status;
  }
}

function Outcome({ activation }: { activation: ActivationWire }) {
  const t = useTranslations("instances.outcome");
  const sentences = useSentences();
  return (
    <span className="min-w-0 break-words text-ink-2">
      {t(activation.outcome, {
        by: activation.replaced_by_version ?? "none",
        failure: activation.failure === null ? "none" : sentences.failure(activation.failure),
      })}
    </span>
  );
}

function Facts({ activation }: { activation: ActivationWire }) {
  const t = useTranslations("instances");
  const exact = useExactTime();
  const when = useWhen();
  const seconds = secondsRun(activation);
  return (
    <p className="flex flex-wrap gap-x-1.5 text-ink-3">
      <span title={exact(activation.from)}>{when(activation.from)}</span>
      <span>→</span>
      <span title={activation.to === null ? undefined : exact(activation.to)}>
        {activation.to === null ? t("history.now") : when(activation.to)}
      </span>
      {/* Wide enough for the next digit: what follows never moves while it counts. */}
      <span className={cn(seconds === null && "min-w-14")}>
        · {seconds === null ? <RelativeTime at={activation.from} style="for" /> : <Duration seconds={seconds} most={1} />}
      </span>
      {activation.rollout_id === null ? (
        <span>· {t(`openedBy.${activation.opened_by}`)}</span>
      ) : (
        <span>
          ·{" "}
          <Link href={path`/rollouts/${activation.rollout_id}`} className="font-mono text-xs hover:text-ink hover:underline">
            {activation.rollout_id}
          </Link>
          {activation.opened_by === "deployment" ? null : ` (${t(`openedBy.${activation.opened_by}`)})`}
        </span>
      )}
      {activation.requested_by === null ? null : <span>· {activation.requested_by}</span>}
      {activation.reason === null ? null : <span className="min-w-0 break-words">· “{activation.reason}”</span>}
    </p>
  );
}
