"use client";

import { Rocket } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useQueryStates } from "nuqs";
import { RollbackButton } from "@/components/rollback/rollback-button";
import { RolloutStatusChip } from "@/components/states/chips";
import { deployParams } from "@/components/states/deploy-link";
import { HealthChip } from "@/components/states/health-chip";
import { Button } from "@/components/ui/button";
import { MiddleEllipsis } from "@/components/ui/middle-ellipsis";
import type { ServiceWire } from "@/lib/api/contract";
import { path } from "@/lib/client/path";

export function ServiceHeader({ service, receivedAt }: { service: ServiceWire; receivedAt: number }) {
  const t = useTranslations("services");
  const [, setDeploy] = useQueryStates(deployParams);
  const labels = Object.entries(service.labels);
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3">
      <div className="min-w-0">
        <div className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1">
          <h1 className="min-w-0 pr-5">
            <MiddleEllipsis text={service.name} tail={10} copy />
          </h1>
          <HealthChip service={service} />
          {service.live.map((rollout) => (
            <Link key={rollout.id} href={path`/rollouts/${rollout.id}`} className="rounded-[5px]" title={rollout.id}>
              <RolloutStatusChip status={rollout.status} />
            </Link>
          ))}
        </div>
        <p className="text-ink-2">
          {t("summary", { instances: service.instances, hosts: service.hosts })}
          {labels.map(([key, value]) => (
            <span key={key} className="ml-2 whitespace-nowrap text-ink-3 text-xs">
              {key}={value}
            </span>
          ))}
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-2 max-sm:grid max-sm:w-full max-sm:grid-cols-[1fr_auto]">
        <RollbackButton service={service} receivedAt={receivedAt} placement="page" className="max-sm:h-10" />
        <Button
          variant="primary"
          className="max-sm:h-10"
          onClick={() => setDeploy({ deploy: service.name, instances: null, version: null })}
        >
          <Rocket aria-hidden />
          {t("deploy")}
        </Button>
      </div>
    </header>
  );
}
