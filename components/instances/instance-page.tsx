"use client";

import { useQuery } from "@tanstack/react-query";
import { SearchX } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { NamedRollbackButton } from "@/components/rollback/named-rollback-button";
import { useSentences } from "@/components/sentences/use-sentences";
import { ConditionChip, InstanceStatusChip } from "@/components/states/chips";
import { ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import type { InstanceDetailWire } from "@/lib/api/contract";
import { path } from "@/lib/client/path";
import { ApiProblem } from "@/lib/client/problem";
import { instanceQuery } from "@/lib/client/queries/instances";
import { ConditionBanner } from "./condition-banner";
import { History } from "./history";
import { NowCard } from "./now-card";
import { ReadyCard } from "./ready-card";
import { RestartButton } from "./restart-button";
import { RetireButton } from "./retire-button";

/** One instance: what it runs, whether it is well, and everything that ever ran there. */
export function InstancePage({ id }: { id: string }) {
  const t = useTranslations("instances");
  const sentences = useSentences();
  const instance = useQuery(instanceQuery(id));
  if (instance.data !== undefined) return <Loaded instance={instance.data} />;
  if (instance.error instanceof ApiProblem && instance.error.status === 404) {
    return (
      <EmptyState page icon={SearchX} title={t("notFound", { id })} actions={<ButtonLink href="/">{t("toFleet")}</ButtonLink>}>
        {t("notFoundNext")}
      </EmptyState>
    );
  }
  if (instance.isError)
    return (
      <ErrorState happened={sentences.unread(instance.error)} now={t("stillRuns")} onRetry={() => void instance.refetch()} />
    );
  return (
    <div className="grid grid-cols-1 gap-4" aria-busy>
      <div className="grid h-12 grid-cols-1 content-center gap-2.5">
        <Skeleton className="h-5 w-56" />
        <Skeleton className="w-72" />
      </div>
      <Card className="grid h-[480px] grid-cols-1 content-start gap-6 p-3.5">
        {["w-32", "w-80", "w-72", "w-96", "w-64"].map((width) => (
          <Skeleton key={width} className={width} />
        ))}
      </Card>
    </div>
  );
}

function Loaded({ instance }: { instance: InstanceDetailWire }) {
  const t = useTranslations("instances");
  return (
    <div className="grid gap-4">
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="grid min-w-0 gap-0.5">
          <div className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1">
            <h1 className="min-w-0 break-words">{instance.instance_id}</h1>
            <InstanceStatusChip status={instance.status} />
            {instance.condition === null ? null : <ConditionChip condition={instance.condition} />}
          </div>
          <p className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-ink-2">
            {t.rich("where", {
              service: () => (
                <Link href={path`/services/${instance.service_name}`} className="font-[550] text-ink hover:underline">
                  {instance.service_name}
                </Link>
              ),
              host: () => (
                <Link href={`/hosts#${encodeURIComponent(instance.host)}`} className="font-[550] text-ink hover:underline">
                  {instance.host}
                </Link>
              ),
            })}
            <span className="inline-flex items-center font-mono text-xs">
              · {instance.address}:{instance.port}
              <CopyButton text={`${instance.address}:${instance.port}`} label={t("copyAddress")} />
            </span>
            {instance.zone === null ? null : <span>· {t("zone", { zone: instance.zone })}</span>}
          </p>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <RetireButton instance={instance} />
          {instance.version === "" ? null : <RestartButton instance={instance} />}
          {instance.rollback_target === null ? null : (
            <NamedRollbackButton
              placement="page"
              size="md"
              service={instance.service_name}
              targetVersion={instance.rollback_target}
              instances={[instance.instance_id]}
            />
          )}
        </div>
      </header>
      <ConditionBanner instance={instance} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_340px]">
        <div className="grid content-start gap-4 lg:order-2">
          <NowCard instance={instance} />
          {instance.rollback_target === null ? null : <ReadyCard instance={instance} target={instance.rollback_target} />}
        </div>
        <History instance={instance} />
      </div>
    </div>
  );
}
