"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useSentences } from "@/components/sentences/use-sentences";
import { Button, ButtonLink } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Countdown, onViewersClock } from "@/components/ui/countdown";
import { IconButton } from "@/components/ui/icon-button";
import type { RolloutWire } from "@/lib/api/contract";
import { keys } from "@/lib/client/keys";
import { path } from "@/lib/client/path";
import { rolloutQuery } from "@/lib/client/queries/rollouts";
import { heldUpBy } from "./held-up";
import { dismissStarted, useStarted } from "./started";
import { act, refresh } from "./use-rollback";
import { versionsLabel } from "./versions-label";

/** What became of the last rollback that this tab started. The page keeps room for it, so that nothing moves when it comes. */
export function RollbackBar() {
  const latest = useStarted().find((each) => !each.dismissed);
  const { data, dataUpdatedAt } = useQuery({ ...rolloutQuery(latest?.id ?? ""), enabled: latest !== undefined });
  if (latest === undefined || data === undefined) return null;
  const tone =
    data.completed_at === null
      ? "border-busy/40 bg-busy-soft"
      : data.ok === true
        ? "border-ok/40 bg-ok-soft"
        : "border-bad/40 bg-bad-soft";
  return (
    <aside
      data-rollback-bar
      className={cn(
        "fixed right-0 bottom-0 left-[200px] z-20 flex min-h-13 items-center gap-3 border-t px-6 py-2 max-sm:bottom-[calc(52px+env(safe-area-inset-bottom))] max-sm:left-0 max-sm:px-3.5",
        data.status === "cancelled" ? "border-line bg-sunken" : tone,
      )}
    >
      <Told rollout={data} receivedAt={dataUpdatedAt} />
      <Actions rollout={data} />
    </aside>
  );
}

function Told({ rollout, receivedAt }: { rollout: RolloutWire; receivedAt: number }) {
  const t = useTranslations("rollback.bar");
  const sentences = useSentences();
  const from = versionsLabel(rollout.from_versions);
  const to = versionsLabel(rollout.to_versions);
  if (rollout.completed_at !== null) return <Ended rollout={rollout} from={from} to={to} />;
  const { succeeded = 0, failed = 0 } = rollout.counts;
  const held = heldUpBy(rollout);
  return (
    <p className="min-w-0 flex-1">
      <b className="font-semibold">{t("rollingBack", { service: rollout.service, from, to, count: rollout.total })}</b>{" "}
      <span className="text-ink-2">
        {rollout.scheduled_until === null ? (
          t("progress", {
            done: succeeded,
            total: rollout.total,
            failed,
            waits: held === null ? "none" : sentences.waiting(held, null),
          })
        ) : (
          <Countdown endsAt={onViewersClock(rollout.scheduled_until, rollout.server_time, receivedAt)}>
            {(seconds) => <Grace seconds={seconds} takesBack={rollout.takes_back} />}
          </Countdown>
        )}
      </span>
    </p>
  );
}

/** Until it begins: what it takes back is held meanwhile, where that still runs. Once the grace is over there is no more to cancel: it begins as soon as a worker has taken it up. */
function Grace({ seconds, takesBack }: { seconds: number; takesBack: string | null }) {
  const t = useTranslations("rollback.bar");
  const { data: taken } = useQuery({ ...rolloutQuery(takesBack ?? ""), enabled: takesBack !== null });
  if (seconds === 0) return t("startsNow");
  const goesOn = taken !== undefined && taken.completed_at === null;
  return `${t("startsIn", { seconds })}${goesOn ? ` ${t("heldMeanwhile", { id: taken.id })}` : ""}`;
}

function Ended({ rollout, from, to }: { rollout: RolloutWire; from: string; to: string }) {
  const t = useTranslations("rollback.bar");
  const done = rollout.counts.succeeded ?? 0;
  const sentence =
    rollout.status === "cancelled" && done === 0
      ? t("undone", { service: rollout.service, version: from })
      : rollout.ok === true
        ? t("done", { service: rollout.service, version: to, count: done })
        : t("incomplete", { service: rollout.service, version: to, done, total: rollout.total });
  return (
    <p className="min-w-0 flex-1" role="status">
      <b className="font-semibold">{sentence}</b>
    </p>
  );
}

function Actions({ rollout }: { rollout: RolloutWire }) {
  const t = useTranslations("rollback");
  const sentences = useSentences();
  const client = useQueryClient();
  const startNow = useMutation({
    mutationFn: () => act(rollout.id, "start_now"),
    onSuccess: (answer) => {
      client.setQueryData(keys.rollout.detail(answer.id), answer);
      refresh(client, answer.service);
    },
  });
  const [again] = rollout.from_versions;
  return (
    <div className="flex shrink-0 items-center gap-2">
      {startNow.error === null ? null : <span className="text-bad text-xs">{sentences.problem(startNow.error)}</span>}
      {rollout.allowed_actions.includes("start_now") ? (
        <Button variant="primary" onClick={() => startNow.mutate()} aria-disabled={startNow.isPending}>
          {t("bar.startNow")}
        </Button>
      ) : null}
      {rollout.completed_at !== null && rollout.status !== "cancelled" && again !== undefined && again !== "" ? (
        <ButtonLink
          href={`${path`/services/${rollout.service}`}?deploy=${encodeURIComponent(rollout.service)}&version=${encodeURIComponent(again)}`}
        >
          {t("bar.again", { version: again })}
        </ButtonLink>
      ) : null}
      <Link href={path`/rollouts/${rollout.id}`} className="rounded-sm px-1 underline underline-offset-2 hover:text-ink">
        {t(rollout.completed_at === null ? "face.watch" : "bar.look")}
      </Link>
      {rollout.completed_at === null ? null : (
        <IconButton label={t("bar.dismiss")} size="sm" onClick={() => dismissStarted(rollout.id)}>
          <X aria-hidden />
        </IconButton>
      )}
    </div>
  );
}
