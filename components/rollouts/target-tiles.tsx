"use client";

import { useTranslations } from "next-intl";
import { TARGET_LOOK } from "@/components/states/looks";
import type { Tone } from "@/components/ui/chip";
import { cn } from "@/components/ui/cn";
import type { RolloutTargetWire } from "@/lib/api/contract";
import { countByStatus } from "./wave-groups";

const TILE: Readonly<Record<Tone, string>> = {
  ok: "bg-ok-soft text-ok",
  busy: "bg-busy-soft text-busy",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  off: "bg-off-soft text-off",
};
const CELL: Readonly<Record<Tone, string>> = {
  ok: "bg-ok",
  busy: "bg-busy",
  warn: "bg-warn",
  bad: "bg-bad",
  off: "bg-line-strong",
};

interface TargetsProps {
  readonly targets: readonly RolloutTargetWire[];
  readonly selected: string | null;
  readonly onSelect: (instance: string) => void;
}

/** One tile an instance: an icon for its state, its name and state on hover and to a screen reader. */
export function TargetTiles({ targets, selected, onSelect }: TargetsProps) {
  const t = useTranslations("statuses.target");
  return (
    <ul className="flex flex-wrap gap-1">
      {targets.map((target) => {
        const { tone, icon: Icon, moving } = TARGET_LOOK[target.status];
        const name = `${target.instance_id} · ${t(target.status)}`;
        return (
          <li key={target.instance_id}>
            <button
              type="button"
              title={name}
              aria-label={name}
              aria-pressed={selected === target.instance_id}
              onClick={() => onSelect(target.instance_id)}
              className={cn(
                "grid size-[26px] place-items-center rounded-[5px] aria-pressed:ring-2 aria-pressed:ring-current",
                TILE[tone],
              )}
            >
              <Icon aria-hidden strokeWidth={2.5} className={cn("size-3.5", moving === true && "animate-spin-slow")} />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** Many instances: a small cell each, drawn only; what failed is hatched and what is to come is hollow. Their counts are told. */
export function TargetCells({ targets }: { targets: readonly RolloutTargetWire[] }) {
  const t = useTranslations("statuses.target");
  const told = countByStatus(targets).map(([status, count]) => `${t(status)} ${count}`);
  return (
    <div role="img" aria-label={told.join(", ")} className="flex flex-wrap gap-1">
      {targets.map((target) => {
        const waits = target.status === "waiting" || target.status === "skipped";
        return (
          <span
            key={target.instance_id}
            title={`${target.instance_id} · ${t(target.status)}`}
            className={cn(
              "size-3 rounded-[3px]",
              waits ? "border border-line-strong bg-off-soft" : CELL[TARGET_LOOK[target.status].tone],
              (target.status === "failed" || target.status === "unknown") && "hatched",
            )}
          />
        );
      })}
    </div>
  );
}
