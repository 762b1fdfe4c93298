import type { RolloutTargetWire, RolloutWire } from "@/lib/api/contract";
import { TO_LOOK_AT } from "@/lib/client/queries/rollouts";
import { groupBy } from "./group-by";

type Status = RolloutTargetWire["status"];

/** How densely instances are drawn: a tile each up to 60, a small cell up to 600, counts above. */
export function density(total: number): "tiles" | "cells" | "counts" {
  return total <= 60 ? "tiles" : total <= 600 ? "cells" : "counts";
}

export interface WaveGroup {
  readonly number: number;
  readonly canary: boolean;
  readonly size: number;
  /** `done`: every target has ended; `now`: the wave that the rollout is at; `next`: not begun. */
  readonly state: "done" | "now" | "next";
  readonly settled: number;
  readonly done: number;
  readonly failed: number;
  /** The rollout ended before any of it was begun. */
  readonly untouched: boolean;
  readonly targets: readonly RolloutTargetWire[];
}

export const ENDED: readonly Status[] = ["succeeded", "failed", "put_back", "skipped", "taken_over", "unknown"];

/** The waves in order, each with its targets by instance name. Targets that are not loaded are simply missing: then the wave's own counts hold. */
export function groupByWave(
  rollout: Pick<RolloutWire, "waves" | "wave" | "completed_at">,
  targets: readonly RolloutTargetWire[],
): readonly WaveGroup[] {
  const byWave = groupBy(targets, (target) => target.wave);
  return rollout.waves.map((wave) => {
    const mine = (byWave.get(wave.number) ?? []).toSorted(byName);
    const told = wave.done + wave.failed;
    const isLoaded = mine.length >= wave.size;
    const count = (...statuses: readonly Status[]) => mine.filter((target) => statuses.includes(target.status)).length;
    const settled = isLoaded ? count(...ENDED) : told;
    const ended = settled >= wave.size || rollout.completed_at !== null;
    return {
      number: wave.number,
      canary: wave.canary,
      size: wave.size,
      state:
        rollout.completed_at === null && wave.number === rollout.wave
          ? "now"
          : ended
            ? "done"
            : wave.number < rollout.wave
              ? "done"
              : "next",
      settled,
      done: isLoaded ? count("succeeded") : wave.done,
      failed: isLoaded ? count("failed") : wave.failed,
      untouched: isLoaded && count("skipped") === wave.size,
      targets: mine,
    };
  });
}

/** How many targets are in each status, in the order of the statuses' first sight. */
export function countByStatus(targets: readonly RolloutTargetWire[]): readonly (readonly [Status, number])[] {
  return [...groupBy(targets, (target) => target.status)].map(([status, group]) => [status, group.length] as const);
}

/** Those a person wants to see when there are too many to see all: failed, unknown, in progress. */
export function toLookAt(targets: readonly RolloutTargetWire[]): readonly RolloutTargetWire[] {
  return targets.filter((target) => TO_LOOK_AT.some((status) => status === target.status));
}

/** What each instance runs now, most instances first; null where it is not known. */
export function versionsNow(
  targets: readonly RolloutTargetWire[],
): readonly { readonly version: string | null; readonly instances: number }[] {
  const groups = groupBy(targets, versionNow);
  return [...groups]
    .map(([version, group]) => ({ version, instances: group.length }))
    .toSorted((a, b) => b.instances - a.instances);
}

/** What one runs as far as its rollout knows; null where it is not known. */
export function versionNow(target: RolloutTargetWire): string | null {
  if (target.version_now !== null) return target.version_now;
  if (target.status === "succeeded") return target.to_version;
  return target.status === "waiting" || target.status === "staging" || target.status === "staged" || target.status === "skipped"
    ? target.from_version
    : null;
}

function byName(a: RolloutTargetWire, b: RolloutTargetWire): number {
  return a.instance_id.localeCompare(b.instance_id, "en", { numeric: true });
}
