"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { RolloutStatusChip } from "@/components/states/chips";
import { CopyButton } from "@/components/ui/copy-button";
import { RelativeTime } from "@/components/ui/relative-time";
import type { RolloutTargetWire, RolloutWire } from "@/lib/api/contract";
import { path } from "@/lib/client/path";
import { CopySummary } from "./copy-summary";
import { useVersionColors, VersionChange } from "./rollout-title";

interface RolloutHeaderProps {
  readonly rollout: RolloutWire;
  readonly targets: readonly RolloutTargetWire[] | undefined;
  /** What may be done now; the rollback button is the last, always. */
  readonly children: ReactNode;
}

export function RolloutHeader({ rollout, targets, children }: RolloutHeaderProps) {
  const t = useTranslations("rollouts");
  const color = useVersionColors(rollout.service);
  return (
    <header className="grid gap-0.5">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <div className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1">
          <h1 className="min-w-0 break-words">
            <Link href={path`/services/${rollout.service}`} className="hover:underline">
              {rollout.service}
            </Link>
          </h1>
          <VersionChange from={rollout.from_versions} to={rollout.to_versions} color={color} />
          <RolloutStatusChip status={rollout.status} />
        </div>
        <div className="flex min-h-[34px] flex-wrap items-center gap-2">
          <CopySummary rollout={rollout} targets={targets ?? []} />
          {children}
        </div>
      </div>
      <p className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-ink-2">
        <span className="inline-flex items-center font-mono text-xs">
          {rollout.id}
          <CopyButton text={rollout.id} label={t("copyId")} />
        </span>
        <span>{t(`by.${rollout.kind}`, { by: rollout.requested_by })}</span>
        <RelativeTime at={rollout.created_at} />
        {rollout.reason === null ? null : <span className="break-words">· “{rollout.reason}”</span>}
        <span>· {t("strategy", strategyWords(rollout))}</span>
      </p>
      <Related rollout={rollout} />
    </header>
  );
}

/** `parallel` 0: as many at once as there are. */
function strategyWords({ strategy, total }: RolloutWire) {
  const isWhole = String(strategy.wave_size) === "100%" && String(strategy.canary) === "0" && strategy.max_parallel >= total;
  return {
    whole: String(isWhole),
    canary: String(strategy.canary),
    wave_size: String(strategy.wave_size),
    parallel: strategy.max_parallel >= total ? 0 : strategy.max_parallel,
    bake: strategy.bake_seconds,
  };
}

/** The rollouts that this one has to do with, each a link. Its line is always there, so that nothing moves when one comes. */
function Related({ rollout }: { rollout: RolloutWire }) {
  const t = useTranslations("rollouts.related");
  const related = [
    ["takes_back", rollout.takes_back],
    ["taken_back_by", rollout.taken_back_by],
    ["held_by", rollout.held_by],
    ["superseded_by", rollout.superseded_by],
    ["retry_of", rollout.retry_of],
  ] as const;
  const links = related.filter(([, id]) => id !== null);
  const meta = Object.entries(rollout.metadata);
  return (
    <p className="flex min-h-[1lh] flex-wrap gap-x-3 text-ink-2 text-xs">
      {links.map(([name, id]) => (
        <span key={name}>
          {t(name)}{" "}
          <Link href={path`/rollouts/${id ?? ""}`} className="font-mono text-accent hover:underline">
            {id}
          </Link>
        </span>
      ))}
      {meta.map(([name, value]) => (
        <span key={name} className="min-w-0 break-words">
          {name}: <MetaValue value={value} />
        </span>
      ))}
    </p>
  );
}

function MetaValue({ value }: { value: string }) {
  return /^https?:\/\//.test(value) ? (
    <a href={value} rel="noreferrer noopener" target="_blank" className="text-accent hover:underline">
      {value}
    </a>
  ) : (
    <span className="font-mono">{value}</span>
  );
}
