"use client";

import { useTranslations } from "next-intl";
import { TargetStatusChip } from "@/components/states/chips";
import { cn } from "@/components/ui/cn";
import { Skeleton } from "@/components/ui/skeleton";
import type { RolloutTargetWire, RolloutWire } from "@/lib/api/contract";
import { TargetCells, TargetTiles } from "./target-tiles";
import { density, groupByWave, toLookAt, type WaveGroup } from "./wave-groups";

interface WavesProps {
  readonly rollout: RolloutWire;
  /** undefined while they load. */
  readonly targets: readonly RolloutTargetWire[] | undefined;
  readonly selected: string | null;
  readonly onSelect: (instance: string) => void;
}

/** The waves as columns, in order; the one under way is marked. */
export function Waves({ rollout, targets, selected, onSelect }: WavesProps) {
  const t = useTranslations("rollouts");
  const drawn = density(rollout.total);
  return (
    <section
      aria-label={t("waves.title")}
      className="grid grid-cols-[repeat(auto-fit,minmax(168px,1fr))] gap-3 max-sm:grid-cols-2"
    >
      {groupByWave(rollout, targets ?? []).map((wave) => (
        <div
          key={wave.number}
          className={cn("min-w-0 rounded-lg border bg-panel p-3", wave.state === "now" ? "border-busy" : "border-line")}
        >
          <div className="flex flex-wrap items-baseline justify-between gap-x-2">
            <h2 className="whitespace-nowrap">{wave.canary ? t("waves.canary") : t("waves.wave", { wave: wave.number })}</h2>
            <span className="text-ink-3 text-xs">
              {wave.untouched
                ? t("waves.untouched")
                : wave.state === "next"
                  ? t("waves.next", { count: wave.size })
                  : t("waves.done", { done: wave.done, size: wave.size, failed: wave.failed })}
            </span>
          </div>
          <div className="mt-2.5">
            {targets === undefined ? (
              <Skeleton className="h-[26px] w-full" />
            ) : drawn === "tiles" ? (
              <TargetTiles targets={wave.targets} selected={selected} onSelect={onSelect} />
            ) : drawn === "cells" ? (
              <div className="grid gap-2.5">
                <TargetCells targets={wave.targets} />
                <ToLookAt targets={wave.targets} selected={selected} onSelect={onSelect} />
              </div>
            ) : (
              <WaveCounts wave={wave} selected={selected} onSelect={onSelect} />
            )}
          </div>
        </div>
      ))}
    </section>
  );
}

const LISTED = 40;

function WaveCounts({ wave, selected, onSelect }: { wave: WaveGroup } & Pick<WavesProps, "selected" | "onSelect">) {
  return (
    <div className="grid gap-2">
      <ul className="flex flex-wrap gap-1.5">
        {countsOf(wave).map(([status, count]) => (
          <li key={status} className="flex items-center gap-1">
            <TargetStatusChip status={status} />
            <span className="text-ink-2 text-xs">{count}</span>
          </li>
        ))}
      </ul>
      <ToLookAt targets={wave.targets} selected={selected} onSelect={onSelect} />
    </div>
  );
}

/** What the wave itself tells: its targets are not loaded one by one. */
function countsOf({ size, done, failed }: WaveGroup) {
  const left = size - done - failed;
  const counts = [["succeeded", done] as const, ["failed", failed] as const, ["waiting", left] as const];
  return counts.filter(([, count]) => count > 0);
}

/** Where not all can be tiles, those that failed, are unknown or in progress still are. */
function ToLookAt({
  targets,
  selected,
  onSelect,
}: { targets: readonly RolloutTargetWire[] } & Pick<WavesProps, "selected" | "onSelect">) {
  const attention = toLookAt(targets);
  if (attention.length === 0) return null;
  return (
    <div className="grid gap-1">
      <TargetTiles targets={attention.slice(0, LISTED)} selected={selected} onSelect={onSelect} />
      {attention.length > LISTED ? <span className="text-ink-3 text-xs">+{attention.length - LISTED}</span> : null}
    </div>
  );
}
