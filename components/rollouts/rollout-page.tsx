"use client";

import { useQuery } from "@tanstack/react-query";
import { SearchX } from "lucide-react";
import { useTranslations } from "next-intl";
import { parseAsString, useQueryState } from "nuqs";
import { RollbackButton } from "@/components/rollback/rollback-button";
import { ActionButton } from "@/components/rollout-actions/action-button";
import { useRolloutAction } from "@/components/rollout-actions/use-rollout-action";
import { useSentences } from "@/components/sentences/use-sentences";
import { ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import type { RolloutWire } from "@/lib/api/contract";
import { ApiProblem } from "@/lib/client/problem";
import { rolloutQuery, rolloutTargetsQuery } from "@/lib/client/queries/rollouts";
import { serviceQuery } from "@/lib/client/queries/services";
import { DeployAgain } from "./deploy-again";
import { EventLog } from "./event-log";
import { Failures } from "./failures";
import { standingOf } from "./recommendation";
import { RolloutHeader } from "./rollout-header";
import { StandingBanner } from "./standing-banner";
import { density } from "./wave-groups";
import { Waves } from "./waves";

/** One rollout, live until its end and for ever after. */
export function RolloutPage({ id }: { id: string }) {
  const rollout = useQuery(rolloutQuery(id));
  const t = useTranslations("rollouts");
  const sentences = useSentences();
  if (rollout.data !== undefined) return <Loaded rollout={rollout.data} receivedAt={rollout.dataUpdatedAt} />;
  if (rollout.error instanceof ApiProblem && rollout.error.status === 404) {
    return (
      <EmptyState
        page
        icon={SearchX}
        title={t("notFound", { id })}
        actions={<ButtonLink href="/rollouts">{t("all")}</ButtonLink>}
      >
        {t("notFoundNext")}
      </EmptyState>
    );
  }
  if (rollout.isError)
    return <ErrorState happened={sentences.unread(rollout.error)} now={t("stillRuns")} onRetry={() => void rollout.refetch()} />;
  return <Loading />;
}

function Loaded({ rollout, receivedAt }: { rollout: RolloutWire; receivedAt: number }) {
  // One too large to be drawn whole is told by its counts, and by those of its targets that one must look at.
  const whole = density(rollout.total) !== "counts";
  const targets = useQuery(rolloutTargetsQuery(rollout.id, whole));
  const all = whole ? targets.data : undefined;
  const service = useQuery(serviceQuery(rollout.service));
  const [selected, setSelected] = useQueryState("target", parseAsString);
  const act = useRolloutAction(rollout);
  const sentences = useSentences();

  const one = service.data?.rollback;
  const takesThisBack = (one?.state === "ready" || one?.state === "caution") && one.takes_back === rollout.id;
  const beingTakenBack = one?.state === "running" && (one.takes_back === rollout.id || one.rollout_id === rollout.id);
  const standing = standingOf(rollout, takesThisBack);
  const inHeader = rollout.allowed_actions.filter((action) => !standing.actions.includes(action));
  const button = (action: RolloutWire["allowed_actions"][number], variant: "default" | "quiet") => (
    <ActionButton
      key={action}
      action={action}
      rollout={rollout}
      variant={variant}
      size={variant === "quiet" ? "md" : "sm"}
      pending={act.isPending ? act.variables : null}
      onAct={(chosen) => act.mutate(chosen)}
    />
  );
  const select = (instance: string) => void setSelected(instance === selected ? null : instance);

  return (
    <div className="grid gap-4">
      <RolloutHeader rollout={rollout} targets={all}>
        {inHeader.map((action) => button(action, "quiet"))}
        {service.data !== undefined && (takesThisBack || beingTakenBack) ? (
          <RollbackButton placement="page" service={service.data} receivedAt={service.dataUpdatedAt} />
        ) : null}
      </RolloutHeader>
      <StandingBanner
        rollout={rollout}
        receivedAt={receivedAt}
        targets={all}
        standing={standing}
        actions={
          <>
            {standing.advice === "roll_back" && service.data !== undefined ? (
              <RollbackButton service={service.data} receivedAt={service.dataUpdatedAt} />
            ) : null}
            {standing.actions.map((action) => button(action, "default"))}
            {rollout.kind === "rollback" && rollout.completed_at !== null ? (
              <DeployAgain rollout={rollout} targets={all} />
            ) : null}
          </>
        }
      />
      {act.isError ? <ErrorState happened={sentences.problem(act.error)} className="py-3" /> : null}
      {targets.isError ? (
        <ErrorState happened={sentences.unread(targets.error)} onRetry={() => void targets.refetch()} className="py-3" />
      ) : null}
      <Waves rollout={rollout} targets={targets.data} selected={selected} onSelect={select} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_340px]">
        <EventLog id={rollout.id} />
        <Failures targets={targets.data ?? []} selected={selected} onSelect={select} />
      </div>
    </div>
  );
}

function Loading() {
  return (
    <div className="grid grid-cols-1 gap-4" aria-busy>
      <div className="grid grid-cols-1 gap-2.5">
        <Skeleton className="h-6 w-80" />
        <Skeleton className="h-4 w-96" />
      </div>
      {["h-14", "h-24", "h-[480px]"].map((height) => (
        <Card key={height} className={`${height} grid grid-cols-1 content-start gap-3 p-3.5`}>
          <Skeleton className="w-48" />
          <Skeleton className="w-72" />
        </Card>
      ))}
    </div>
  );
}
