"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { versionsLabel } from "@/components/rollback/versions-label";
import { ActionButton } from "@/components/rollout-actions/action-button";
import { useRolloutAction } from "@/components/rollout-actions/use-rollout-action";
import { useSentences } from "@/components/sentences/use-sentences";
import { RolloutStatusChip } from "@/components/states/chips";
import { ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { onViewersClock, secondsLeft } from "@/components/ui/countdown";
import { useNow } from "@/components/ui/now";
import { Steps } from "@/components/ui/steps";
import { useSettledRows } from "@/components/ui/use-settled-rows";
import type { RolloutWire } from "@/lib/api/contract";
import { path } from "@/lib/client/path";

/** What is under way, with what each waits for. `held`: someone points at what stands below, so nothing is inserted. */
export function LiveRollouts({
  rollouts,
  receivedAt,
  held,
}: {
  rollouts: readonly RolloutWire[];
  receivedAt: number;
  held: boolean;
}) {
  const t = useTranslations("fleet.live");
  const settled = useSettledRows(rollouts, (rollout) => rollout.id, held);
  if (settled.rows.length === 0) return null;
  return (
    <Card aria-label={t("title")} {...settled.hold}>
      <ul className="divide-y divide-line-soft">
        {settled.rows.map((rollout) => (
          <LiveRollout key={rollout.id} rollout={rollout} receivedAt={receivedAt} />
        ))}
      </ul>
    </Card>
  );
}

function LiveRollout({ rollout, receivedAt }: { rollout: RolloutWire; receivedAt: number }) {
  const t = useTranslations("fleet.live");
  const done = rollout.waves.reduce((sum, wave) => sum + wave.done + wave.failed, 0);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3.5 py-2.5">
      <Link
        href={path`/services/${rollout.service}`}
        className="min-w-20 rounded-sm font-semibold hover:underline max-sm:min-w-0"
      >
        {rollout.service}
      </Link>
      <span className="min-w-32 font-mono text-xs max-sm:min-w-0">
        {versionsLabel(rollout.from_versions)} → {versionsLabel(rollout.to_versions)}
      </span>
      <span className="max-sm:ml-auto sm:order-first sm:min-w-28">
        <RolloutStatusChip status={rollout.status} />
      </span>
      <span className="min-w-0 flex-1 basis-80 truncate text-ink-2 max-sm:whitespace-normal">
        {rollout.wave === 0 ? null : `${t("wave", { wave: rollout.wave, waves: rollout.waves.length })} · `}
        {t("instances", { done, total: rollout.total })}
        <WaitsFor rollout={rollout} receivedAt={receivedAt} />
      </span>
      <Steps
        label={t("progress", { service: rollout.service })}
        steps={rollout.waves.map((wave) => ({ key: wave.number, size: wave.size, done: wave.done, failed: wave.failed }))}
        className="max-sm:w-full lg:w-40"
      />
      <span className="flex min-w-22 flex-wrap items-center gap-2 ml-auto max-sm:flex-1 max-sm:empty:hidden [&>button]:flex-1 max-sm:[&>button]:h-10">
        <PauseOrResume rollout={rollout} />
      </span>
      <ButtonLink size="sm" href={path`/rollouts/${rollout.id}`} className="max-sm:h-10 max-sm:flex-1">
        {t("open")}
      </ButtonLink>
    </li>
  );
}

/** The one thing that may be urgent here. What else can be done stands on the rollout's page, with its evidence. */
function PauseOrResume({ rollout }: { rollout: RolloutWire }) {
  const sentences = useSentences();
  const act = useRolloutAction(rollout);
  const action = (["pause", "resume"] as const).find((each) => rollout.allowed_actions.includes(each));
  if (action === undefined) return null;
  return (
    <>
      {act.isError ? (
        <span role="alert" className="text-bad">
          {sentences.problem(act.error)}
        </span>
      ) : null}
      <ActionButton
        action={action}
        rollout={rollout}
        size="sm"
        pending={act.isPending ? act.variables : null}
        onAct={(chosen) => act.mutate(chosen)}
      />
    </>
  );
}

function WaitsFor({ rollout, receivedAt }: { rollout: RolloutWire; receivedAt: number }) {
  const sentences = useSentences();
  const waiting = rollout.waiting_for;
  const now = useNow("second");
  if (waiting === null) return null;
  const left =
    waiting.until === null || now === null
      ? null
      : secondsLeft(onViewersClock(waiting.until, rollout.server_time, receivedAt), now);
  return (
    <>
      {" · "}
      <span className="text-ink">{sentences.waiting(waiting, left)}</span>
    </>
  );
}
