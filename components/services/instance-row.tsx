"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { NamedRollbackButton } from "@/components/rollback/named-rollback-button";
import { useSentences } from "@/components/sentences/use-sentences";
import { ConditionChip, InstanceStatusChip } from "@/components/states/chips";
import { Checkbox } from "@/components/ui/checkbox";
import { MiddleEllipsis } from "@/components/ui/middle-ellipsis";
import { RelativeTime, useExactTime } from "@/components/ui/relative-time";
import { HIDE_BELOW_LG } from "@/components/ui/table";
import { VersionName } from "@/components/ui/version-dot";
import type { InstanceInfoWire } from "@/lib/api/contract";
import { path } from "@/lib/client/path";

interface InstanceRowProps {
  readonly instance: InstanceInfoWire;
  readonly index: number;
  readonly measureRef: (element: Element | null) => void;
  readonly selected: boolean;
  readonly onSelect: (checked: boolean, shift: boolean) => void;
}

export function InstanceRow({ instance, index, measureRef, selected, onSelect }: InstanceRowProps) {
  const t = useTranslations("services.instances");
  const { instance_id: id, rollback_target: target } = instance;
  return (
    <tr data-row data-selected={selected} tabIndex={-1} data-index={index} ref={measureRef}>
      <td className="max-sm:order-2 max-sm:justify-self-end">
        <Checkbox
          checked={selected}
          onChange={(checked, { shiftKey }) => onSelect(checked, shiftKey)}
          label={t("select", { id })}
          hideLabel
        />
      </td>
      <th scope="row" className="max-sm:order-1">
        <Link href={path`/instances/${id}`} className="inline-flex max-w-full rounded-sm hover:underline max-sm:font-semibold">
          <MiddleEllipsis text={id} />
        </Link>
      </th>
      <td className="max-sm:order-3">
        <VersionName version={instance.version} color={instance.color} className="max-w-full" />
      </td>
      <td className="max-sm:order-3 max-sm:justify-self-end">
        {instance.status === "error" && instance.condition !== null ? (
          <ConditionChip condition={instance.condition} />
        ) : (
          <InstanceStatusChip status={instance.status} />
        )}
      </td>
      <td className="truncate text-ink-2 max-sm:order-3 max-sm:hidden">
        <Answer instance={instance} />
      </td>
      <td className={`${HIDE_BELOW_LG} font-mono text-ink-2 text-xs`} title={instance.host}>
        {instance.address}:{instance.port}
      </td>
      <td className={`${HIDE_BELOW_LG} text-ink-3`}>
        {instance.since === null ? "–" : <RelativeTime at={instance.since} style="for" />}
      </td>
      <td className="act num max-sm:order-4" data-popover-anchor>
        {target === null ? null : (
          <NamedRollbackButton
            service={instance.service_name}
            targetVersion={target}
            instances={[id]}
            label={<RowLabel target={target} />}
            quiet
            className="max-sm:h-10 max-sm:w-full"
          />
        )}
      </td>
    </tr>
  );
}

function RowLabel({ target }: { target: string }) {
  const t = useTranslations("rollback");
  return (
    <>
      <span className="sr-only max-sm:not-sr-only">{t("rollBackToShort")} </span>
      <span className="font-mono text-[0.94em]">{target}</span>
    </>
  );
}

function Answer({ instance }: { instance: InstanceInfoWire }) {
  const t = useTranslations("services.instances");
  const sentences = useSentences();
  const exact = useExactTime();
  if (instance.healthy === null) return <span className="text-ink-3">{t("notAsked")}</span>;
  const checked = instance.checked_at === null ? undefined : t("checkedAt", { time: exact(instance.checked_at) });
  if (instance.healthy)
    return (
      <span title={checked}>{instance.latency_ms === null ? t("yes") : t("ms", { count: Math.round(instance.latency_ms) })}</span>
    );
  return (
    <span className="text-bad" title={checked}>
      {instance.detail === null ? t("no") : sentences.answer(instance.detail)}
    </span>
  );
}
