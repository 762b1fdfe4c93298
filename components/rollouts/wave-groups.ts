import type { RolloutTargetWire, RolloutWire } from "@/lib/api/contract";
import { TO_LOOK_AT } from "@/lib/client/queries/rollouts";
import { groupBy } from "./group-by";

type Status = RolloutTargetWire["status"];

/** Their change has not begun, and will not: what ran runs. */
const UNTOUCHED: readonly Status[] = ["waiting", "staging", "staged", "skipped"];

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

/** What an instance runs: a version, nothing at all, or nobody knows. */
export type RunsNow =
  | { readonly runs: "version"; readonly version: string }
  | { readonly runs: "nothing" | "unknown"; readonly version: null };

/** What each instance runs now, most instances first. */
export function versionsNow(targets: readonly RolloutTargetWire[]): readonly (RunsNow & { readonly instances: number })[] {
  const groups = groupBy(targets.map(versionNow), ({ runs, version }) => version ?? `(${runs})`);
  return [...groups.values()]
    .flatMap((group) => group.slice(0, 1).map((now) => ({ ...now, instances: group.length })))
    .toSorted((a, b) => b.instances - a.instances);
}

/** What one runs as far as its rollout knows. A change that has failed was told by its host, with what is left running there. */
export function versionNow(target: RolloutTargetWire): RunsNow {
  if (target.version_now !== null) return version(target.version_now);
  if (target.status === "succeeded") return version(target.to_version);
  if (target.status === "failed") return { runs: "nothing", version: null };
  if (!UNTOUCHED.some((status) => status === target.status)) return { runs: "unknown", version: null };
  return target.from_version === null ? { runs: "nothing", version: null } : version(target.from_version);
}

const version = (name: string): RunsNow => ({ runs: "version", version: name });

function byName(a: RolloutTargetWire, b: RolloutTargetWire): number {
  return a.instance_id.localeCompare(b.instance_id, "en", { numeric: true });
}
