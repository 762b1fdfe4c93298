"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useSentences } from "@/components/sentences/use-sentences";
import { ROLLOUT_LOOK } from "@/components/states/looks";
import { Banner } from "@/components/ui/banner";
import { onViewersClock, secondsLeft } from "@/components/ui/countdown";
import { useNow } from "@/components/ui/now";
import type { RolloutTargetWire, RolloutWire } from "@/lib/api/contract";
import type { Standing } from "./recommendation";
import { ENDED, versionsNow } from "./wave-groups";

interface StandingBannerProps {
  readonly rollout: RolloutWire;
  readonly receivedAt: number;
  readonly targets: readonly RolloutTargetWire[] | undefined;
  readonly standing: Standing;
  readonly actions: ReactNode;
}

/** How the rollout stands, in words that are always at the same place: what it waits for, what runs where, what to do next. */
export function StandingBanner({ rollout, receivedAt, targets, standing, actions }: StandingBannerProps) {
  const t = useTranslations("rollouts");
  return (
    <Banner
      tone={standing.tone}
      icon={ROLLOUT_LOOK[rollout.status].icon}
      title={<Title rollout={rollout} receivedAt={receivedAt} />}
      actions={actions}
      className="min-h-14"
      role="status"
    >
      <WhatRuns targets={isWorthSaying(rollout, targets) ? targets : undefined} ended={rollout.completed_at !== null} />{" "}
      {standing.advice === null ? null : (
        <span>
          {t(`advice.${standing.advice}`, {
            kind: rollout.kind,
            to: rollout.from_versions[0] ?? "none",
            count: rollout.counts.succeeded ?? 0,
          })}
        </span>
      )}
    </Banner>
  );
}

function Title({ rollout, receivedAt }: { rollout: RolloutWire; receivedAt: number }) {
  const t = useTranslations("rollouts");
  const sentences = useSentences();
  const until = rollout.waiting_for?.until ?? null;
  const now = useNow(rollout.completed_at === null && until !== null ? "fine" : "slow");
  if (rollout.completed_at !== null) {
    const end = t("end", {
      status: rollout.status,
      kind: rollout.kind,
      done: rollout.counts.succeeded ?? 0,
      total: rollout.total,
      version: rollout.version ?? "none",
      failed: rollout.counts.failed ?? 0,
      by: rollout.superseded_by ?? "none",
    });
    const isTold = rollout.status === "succeeded" || rollout.status === "superseded";
    return rollout.status_reason === null || isTold
      ? end
      : t("endBecause", { end, reason: sentences.statusReason(rollout.status_reason) });
  }
  if (rollout.status === "paused" && rollout.status_reason !== null)
    return t("sentence", { text: sentences.statusReason(rollout.status_reason) });
  if (rollout.waiting_for === null) return t("sentence", { text: t("underWay", { status: rollout.status }) });
  const left = until === null || now === null ? null : secondsLeft(onViewersClock(until, rollout.server_time, receivedAt), now);
  return t("sentence", { text: sentences.waiting(rollout.waiting_for, left) });
}

/**
 * The end of a rollout is known a moment before that of its last instances: what they ran until then is not said beside it. Of one that
 * succeeded everywhere, the end says it all.
 */
function isWorthSaying(rollout: RolloutWire, targets: readonly RolloutTargetWire[] | undefined): boolean {
  if (rollout.completed_at === null) return true;
  if (rollout.status === "succeeded" && rollout.counts.succeeded === rollout.total) return false;
  return targets?.every(({ status }) => ENDED.includes(status)) === true;
}

/** Of one that has ended, how it left them: what runs there by now is told by their service. */
function WhatRuns({ targets, ended }: { targets: readonly RolloutTargetWire[] | undefined; ended: boolean }) {
  const t = useTranslations("rollouts");
  if (targets === undefined) return null;
  const runs = versionsNow(targets).map((each) =>
    t("runs", { count: each.instances, runs: each.runs, version: each.version ?? "" }),
  );
  return <span className="text-ink-2">{t("now", { ended: String(ended), runs: runs.join(t("comma")) })}</span>;
}
