"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useQueryStates } from "nuqs";
import { RollbackButton } from "@/components/rollback/rollback-button";
import { deployParams } from "@/components/states/deploy-link";
import { HealthChip } from "@/components/states/health-chip";
import { HoldChip } from "@/components/states/hold-chip";
import { Button } from "@/components/ui/button";
import { MiddleEllipsis } from "@/components/ui/middle-ellipsis";
import { RelativeTime } from "@/components/ui/relative-time";
import { HIDE_BELOW_LG } from "@/components/ui/table";
import { VersionBar, VersionKey } from "@/components/ui/version-bar";
import type { ServiceWire } from "@/lib/api/contract";
import { path } from "@/lib/client/path";
import { LastChange } from "./last-change";

interface ServiceRowProps {
  readonly service: ServiceWire;
  readonly receivedAt: number;
  readonly index: number;
  readonly measureRef: (element: Element | null) => void;
}

export function ServiceRow({ service, receivedAt, index, measureRef }: ServiceRowProps) {
  const t = useTranslations("fleet.table");
  const [, setDeploy] = useQueryStates(deployParams);
  const last = service.live[0] ?? service.last_rollout;
  return (
    <tr data-row tabIndex={-1} data-index={index} ref={measureRef}>
      <th scope="row" className="max-sm:order-first">
        <Link href={path`/services/${service.name}`} className="inline-flex max-w-full rounded-sm font-semibold hover:underline">
          <MiddleEllipsis text={service.name} tail={10} />
        </Link>
      </th>
      <td className="wide">
        <div className="flex min-w-0 items-center gap-2.5 max-lg:flex-col max-lg:items-stretch max-lg:gap-0.5">
          <VersionBar segments={service.versions} className="w-[26%] shrink-0 max-lg:w-full" />
          <VersionKey segments={service.versions} oneLine />
        </div>
      </td>
      <td className="overflow-hidden max-sm:order-first max-sm:col-start-2">
        <HealthChip service={service} />
      </td>
      <td>
        <span className="flex min-w-0 items-center gap-1.5 overflow-hidden">
          {service.hold === null ? null : <HoldChip hold={service.hold} />}
          <LastChange rollout={last} />
        </span>
      </td>
      <td className={`${HIDE_BELOW_LG} truncate text-ink-2`}>{last?.requested_by}</td>
      <td className={`${HIDE_BELOW_LG} text-ink-3`}>{last === null ? null : <RelativeTime at={last.created_at} />}</td>
      <td className="act num" data-popover-anchor>
        <span className="grid grid-cols-[auto_minmax(0,1fr)] gap-1.5 sm:max-[900px]:grid-cols-1">
          <Button
            size="sm"
            className="max-sm:h-10"
            onClick={() => setDeploy({ deploy: service.name, instances: null, version: null })}
            aria-label={t("deployService", { service: service.name })}
          >
            {t("deploy")}
          </Button>
          <RollbackButton service={service} receivedAt={receivedAt} className="min-w-0 max-sm:h-10" />
        </span>
      </td>
    </tr>
  );
}
