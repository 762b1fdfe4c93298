"use client";

import { TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useSentences } from "@/components/sentences/use-sentences";
import { useDuration } from "@/components/ui/duration";
import { Skeleton } from "@/components/ui/skeleton";
import type { PlanWire } from "@/lib/api/contract";
import { versionsLabel } from "./versions-label";

type Change = { readonly from: string; readonly to: string; readonly settings: string | null; readonly instances: number };

/** The plan's changes, like ones together, most instances first. */
function changesOf(plan: PlanWire): readonly Change[] {
  const found = new Map<string, Change>();
  for (const target of plan.targets) {
    const settings =
      target.from_revision === null || target.from_revision === target.to_revision
        ? null
        : `${target.from_revision} → ${target.to_revision}`;
    const key = JSON.stringify([target.from_version, target.to_version, settings]);
    const known = found.get(key);
    found.set(key, { from: target.from_version ?? "–", to: target.to_version, settings, instances: (known?.instances ?? 0) + 1 });
  }
  return [...found.values()].sort((a, b) => b.instances - a.instances);
}

/** What a rollback would do, in the order in which one doubts it. */
export function PlanView({ plan }: { plan: PlanWire }) {
  const t = useTranslations("rollback.plan");
  const sentences = useSentences();
  const duration = useDuration();
  const changes = changesOf(plan);
  const down = plan.targets.filter((target) => target.answers === false).length;
  const also = [
    ...plan.replaces.map((id) => t("replaces", { id })),
    ...(plan.holds ? [t("holds")] : []),
    ...(plan.left_alone.length === 0
      ? []
      : [t("leftAlone", { count: plan.left_alone.length, instances: names(plan.left_alone) })]),
  ];
  return (
    <>
      {plan.refusal === null ? null : <Reason>{sentences.refusal(plan.refusal)}</Reason>}
      {plan.cautions.map((caution) => (
        <Reason key={`${caution.code} ${JSON.stringify(caution.params)}`}>{sentences.caution(caution)}</Reason>
      ))}
      <dl className="my-2 grid grid-cols-[92px_minmax(0,1fr)] gap-x-2.5 gap-y-1 [&_dt]:text-ink-3">
        <dt>{t("instances")}</dt>
        <dd>
          {t("instancesOn", {
            count: plan.targets.length,
            version: versionsLabel([...new Set(changes.map((change) => change.from))]),
          })}
        </dd>
        <dt>{t("change")}</dt>
        <dd>
          {changes.map((change) => (
            <div key={`${change.from} ${change.to} ${change.settings}`} className="break-all">
              <span className="font-mono text-xs">
                {change.from} → {change.to}
              </span>
              {changes.length > 1 ? <span className="text-ink-3"> · {change.instances}</span> : null}
              {change.settings === null ? null : (
                <span className="text-ink-3"> · {t("settings", { change: change.settings })}</span>
              )}
            </div>
          ))}
        </dd>
        <dt>{t("onHosts")}</dt>
        <dd>
          {plan.on_hosts.bytes_to_move === null
            ? t("hostsUnknown", { ready: plan.on_hosts.ready, total: plan.on_hosts.total })
            : plan.on_hosts.bytes_to_move === 0
              ? t("hostsReady", { ready: plan.on_hosts.ready, total: plan.on_hosts.total })
              : t("hostsMove", {
                  ready: plan.on_hosts.ready,
                  total: plan.on_hosts.total,
                  size: sentences.size(plan.on_hosts.bytes_to_move),
                })}
        </dd>
        <dt>{t("order")}</dt>
        <dd>{t("waves", { down, waves: plan.waves.map((wave) => wave.size).join(" + ") })}</dd>
        {plan.ran_well.length === 0 ? null : (
          <>
            <dt>{t("ranWell")}</dt>
            <dd>
              {plan.ran_well.map((run) => (
                <div key={run.version}>
                  <span className="font-mono text-xs">{run.version}</span>: {duration(run.seconds, 1)}
                  {run.errors === 0 ? null : <span className="text-bad">, {t("errors", { count: run.errors })}</span>}
                </div>
              ))}
            </dd>
          </>
        )}
        <dt>{t("takes")}</dt>
        <dd>
          {plan.expected === null ? (
            <span className="text-ink-3">{t("takesUnknown")}</span>
          ) : (
            <>
              {duration(plan.expected.median_s)}{" "}
              <span className="text-ink-3">
                {t("lastRuns", {
                  count: plan.expected.samples,
                  low: duration(plan.expected.low_s),
                  high: duration(plan.expected.high_s),
                })}
              </span>
            </>
          )}
        </dd>
        {also.length === 0 ? null : (
          <>
            <dt>{t("also")}</dt>
            <dd>{also.join(t("join"))}</dd>
          </>
        )}
      </dl>
    </>
  );
}

function names(left: PlanWire["left_alone"]): string {
  const shown = left.slice(0, 3).map((each) => each.instance_id);
  return left.length > shown.length ? `${shown.join(", ")} +${left.length - shown.length}` : shown.join(", ");
}

function Reason({ children }: { children: ReactNode }) {
  return (
    <p className="mt-2 flex gap-2 rounded-md bg-warn-soft px-2.5 py-1.5">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      <span>{children}</span>
    </p>
  );
}

/** The plan's room while it is asked for. */
export function PlanSkeleton() {
  return (
    <div className="grid h-44 content-start gap-3 py-3">
      {["w-40", "w-28", "w-52", "w-36", "w-48", "w-32"].map((width) => (
        <Skeleton key={width} className={width} />
      ))}
    </div>
  );
}
