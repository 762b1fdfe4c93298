"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { EvidenceView } from "@/components/sentences/evidence";
import { useSentences } from "@/components/sentences/use-sentences";
import { TargetStatusChip } from "@/components/states/chips";
import { Card, CardHeader } from "@/components/ui/card";
import { MiddleEllipsis } from "@/components/ui/middle-ellipsis";
import type { RolloutTargetWire } from "@/lib/api/contract";
import { path } from "@/lib/client/path";
import { couldLeaveEvidence, type FailureGroup, groupFailures } from "./failure-groups";
import { versionNow } from "./wave-groups";

const NAMED = 12;

interface FailuresProps {
  readonly targets: readonly RolloutTargetWire[];
  readonly selected: string | null;
  readonly onSelect: (instance: string) => void;
}

/** What went wrong, by cause; the evidence of the selected instance, else of each cause's first. */
export function Failures({ targets, selected, onSelect }: FailuresProps) {
  const chosen = targets.find((target) => target.instance_id === selected);
  return (
    <div className="grid min-w-0 content-start gap-3">
      {chosen === undefined ? null : <SelectedTarget target={chosen} />}
      {groupFailures(targets).map((group) => (
        <FailureCard key={group.key} group={group} selected={selected} onSelect={onSelect} />
      ))}
    </div>
  );
}

function SelectedTarget({ target }: { target: RolloutTargetWire }) {
  const t = useTranslations("rollouts.target");
  const sentences = useSentences();
  const now = versionNow(target);
  return (
    <Card>
      <CardHeader title={<InstanceLink id={target.instance_id} />}>
        <TargetStatusChip status={target.status} />
      </CardHeader>
      <dl className="grid grid-cols-[88px_minmax(0,1fr)] gap-x-3 gap-y-1 p-3.5 [&_dt]:text-ink-3">
        <dt>{t("host")}</dt>
        <dd className="truncate">{target.host}</dd>
        <dt>{t("change")}</dt>
        <dd className="font-mono text-xs">
          {target.from_version ?? "–"} → {target.to_version}
        </dd>
        <dt>{t("now")}</dt>
        <dd className="font-mono text-xs">{t("runs", { runs: now.runs, version: now.version ?? "" })}</dd>
        {target.attempt > 1 ? (
          <>
            <dt>{t("attempt")}</dt>
            <dd>{target.attempt}</dd>
          </>
        ) : null}
      </dl>
      {target.failure === null ? null : (
        <div className="grid gap-3 border-line-soft border-t p-3.5">
          <p className="font-[550]">{sentences.failure(target.failure)}</p>
          {couldLeaveEvidence(target.failure) ? <EvidenceView evidence={target.failure.evidence} /> : null}
        </div>
      )}
    </Card>
  );
}

function FailureCard({
  group,
  selected,
  onSelect,
}: {
  group: FailureGroup;
  selected: string | null;
  onSelect: (instance: string) => void;
}) {
  const t = useTranslations("rollouts.failures");
  const sentences = useSentences();
  const first = group.targets[0];
  const shown = group.targets.some((target) => target.instance_id === selected);
  return (
    <Card>
      <CardHeader
        title={
          <span className="text-bad">{t("cause", { cause: sentences.failure(group.failure), count: group.targets.length })}</span>
        }
      />
      <div className="grid gap-3 p-3.5">
        <ul className="flex flex-wrap gap-x-1 gap-y-1">
          {group.targets.slice(0, NAMED).map((target) => (
            <li key={target.instance_id} className="min-w-0">
              <button
                type="button"
                aria-pressed={selected === target.instance_id}
                onClick={() => onSelect(target.instance_id)}
                className="max-w-48 rounded-[5px] bg-off-soft px-1.5 text-xs hover:bg-sunken aria-pressed:bg-ink aria-pressed:text-bg"
              >
                <MiddleEllipsis text={target.instance_id} tail={4} />
              </button>
            </li>
          ))}
          {group.targets.length > NAMED ? <li className="text-ink-3 text-xs">+{group.targets.length - NAMED}</li> : null}
        </ul>
        {shown || first === undefined || !couldLeaveEvidence(group.failure) ? null : (
          <>
            <p className="text-ink-2">{t("of", { instance: first.instance_id })}</p>
            <EvidenceView evidence={group.failure.evidence} />
          </>
        )}
      </div>
    </Card>
  );
}

function InstanceLink({ id }: { id: string }) {
  return (
    <Link href={path`/instances/${id}`} className="inline-flex min-w-0 max-w-56 hover:underline">
      <MiddleEllipsis text={id} tail={4} />
    </Link>
  );
}
