"use client";

import { RotateCcw, Upload } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { RolloutStatusChip } from "@/components/states/chips";
import { Duration } from "@/components/ui/duration";
import { MiddleEllipsis } from "@/components/ui/middle-ellipsis";
import { RelativeTime } from "@/components/ui/relative-time";
import { Steps } from "@/components/ui/steps";
import { HIDE_BELOW_LG } from "@/components/ui/table";
import { Tooltip } from "@/components/ui/tooltip";
import type { RolloutWire } from "@/lib/api/contract";
import { path } from "@/lib/client/path";
import { VersionChange } from "./rollout-title";

export function RolloutRow({ rollout }: { rollout: RolloutWire }) {
  const t = useTranslations("rollouts");
  const kind = useTranslations("statuses.kind")(rollout.kind);
  const Kind = rollout.kind === "rollback" ? RotateCcw : Upload;
  const done = rollout.counts.succeeded ?? 0;
  const progress = t("progress", { done, total: rollout.total });
  return (
    <tr data-row tabIndex={-1}>
      <td>
        <Link
          href={path`/rollouts/${rollout.id}`}
          className="flex min-w-0 max-w-72 items-center gap-2 font-[550] hover:underline"
        >
          <Tooltip text={`${kind} · ${rollout.id}`}>
            <Kind aria-label={kind} role="img" className="size-3.5 shrink-0 text-ink-3" />
          </Tooltip>
          <MiddleEllipsis text={rollout.service} />
        </Link>
      </td>
      <td>
        <VersionChange from={rollout.from_versions} to={rollout.to_versions} />
      </td>
      <td>
        <RolloutStatusChip status={rollout.status} />
      </td>
      <td>
        {rollout.completed_at === null ? (
          <span className="flex items-center gap-2">
            <Steps className="w-24!" label={progress} steps={rollout.waves.map((wave) => ({ ...wave, key: wave.number }))} />
            <span className="text-ink-2 text-xs">{progress}</span>
          </span>
        ) : (
          <span className="text-ink-2">{progress}</span>
        )}
      </td>
      <td className={HIDE_BELOW_LG}>
        <span className="block max-w-60 truncate text-ink-2" title={rollout.reason ?? undefined}>
          {rollout.reason}
        </span>
      </td>
      <td className={HIDE_BELOW_LG}>{rollout.requested_by}</td>
      <td className={`${HIDE_BELOW_LG} text-ink-2`}>
        {rollout.completed_at === null ? null : (
          <Duration seconds={secondsBetween(rollout.started_at ?? rollout.created_at, rollout.completed_at)} most={2} />
        )}
      </td>
      <td className="text-ink-2">
        <RelativeTime at={rollout.created_at} />
      </td>
    </tr>
  );
}

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
