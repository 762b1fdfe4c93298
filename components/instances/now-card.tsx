"use client";

import { useMutation } from "@tanstack/react-query";
import { HeartPulse } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useSentences } from "@/components/sentences/use-sentences";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { RelativeTime } from "@/components/ui/relative-time";
import { VersionName } from "@/components/ui/version-dot";
import type { healthAnswer, InstanceDetailWire } from "@/lib/api/contract";
import { type Answer, api } from "@/lib/client/api";
import { path } from "@/lib/client/path";

/** What is true of the instance now, each fact with its age. */
export function NowCard({ instance }: { instance: InstanceDetailWire }) {
  const t = useTranslations("instances.now");
  const differs = instance.running_version !== null && instance.running_version !== instance.recorded_version;
  return (
    <Card>
      <CardHeader title={t("title")}>
        {instance.inspected_at === null ? null : (
          <span className="text-xs">
            {t("inspected")} <RelativeTime at={instance.inspected_at} />
          </span>
        )}
      </CardHeader>
      <dl className="grid grid-cols-[96px_minmax(0,1fr)] items-baseline gap-x-3 gap-y-1.5 p-3.5 [&_dt]:text-ink-3">
        <Fact name={t("runs")}>
          <span className={cn(differs && "text-bad")}>
            {instance.running_version === null ? (
              t(instance.condition === "process_down" ? "nothing" : "notKnown")
            ) : (
              <VersionName version={instance.running_version} color={differs ? null : instance.color} />
            )}
          </span>
        </Fact>
        <Fact name={t("recorded")}>
          {instance.recorded_version === null ? (
            t("nothing")
          ) : (
            <VersionName version={instance.recorded_version} color={instance.color} />
          )}
        </Fact>
        {instance.revision === null ? null : <Fact name={t("settings")}>{t("revision", { revision: instance.revision })}</Fact>}
        <Fact name={t("health")}>
          <HealthNow instance={instance} />
        </Fact>
        <Fact name={t("process")}>
          {instance.process === null ? (
            t("noProcess")
          ) : (
            <>
              <span className="font-mono text-xs">{instance.process.pid}</span> · {t("up")}{" "}
              <RelativeTime at={instance.process.started_at} style="for" />
            </>
          )}
        </Fact>
        <Fact name={t("onDisk")}>
          {instance.versions_on_host === null ? (
            t("notKnown")
          ) : instance.versions_on_host.length === 0 ? (
            t("nothing")
          ) : (
            <span className="break-words font-mono text-xs">{instance.versions_on_host.join("  ")}</span>
          )}
        </Fact>
        <Fact name={t("host")}>{instance.host}</Fact>
        <Fact name={t("registered")}>
          <RelativeTime at={instance.registered_at} />
        </Fact>
        {Object.entries(instance.labels).map(([name, value]) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
      </dl>
    </Card>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="truncate" title={name}>
        {name}
      </dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

/** The last answer that the monitor had, and a question that a person can ask now. */
function HealthNow({ instance }: { instance: InstanceDetailWire }) {
  const t = useTranslations("instances.now");
  const sentences = useSentences();
  const check = useMutation({
    mutationFn: () => api.get<Answer<typeof healthAnswer>>(path`/instances/${instance.instance_id}/health`),
  });
  const asked = check.data;
  const answer = asked ?? {
    healthy: instance.healthy,
    latency_ms: instance.latency_ms,
    checked_at: instance.checked_at,
    detail: instance.detail,
  };
  const told = answer.detail === null ? t("notChecked") : sentences.answer(answer.detail);
  return (
    <span className="grid gap-1">
      <span className={cn(answer.healthy === false && "text-bad")}>
        {answer.healthy === true && answer.latency_ms !== null
          ? t("answeredIn", { answer: told, ms: Math.round(answer.latency_ms) })
          : told}
        {answer.checked_at === null ? null : (
          <span className="text-ink-3 text-xs">
            {" "}
            · {t("checked")} <RelativeTime at={answer.checked_at} />
          </span>
        )}
      </span>
      {check.isError ? <span className="text-bad text-xs">{sentences.problem(check.error)}</span> : null}
      <Button
        size="sm"
        className="justify-self-start"
        onClick={() => check.mutate()}
        disabled={check.isPending}
        aria-busy={check.isPending}
      >
        <HeartPulse aria-hidden />
        {t("checkNow")}
      </Button>
    </span>
  );
}
