import { allowedActions } from "../domain/actions";
import type { RolloutAction, TargetStatus } from "../domain/statuses";
import type { RolloutRow, WaveCounts } from "../ports/reads";

export interface WaveView {
  readonly number: number;
  readonly size: number;
  readonly done: number;
  readonly failed: number;
  readonly canary: boolean;
}

export interface RolloutView extends Omit<RolloutRow, "waves" | "progress" | "serviceHeld" | "changed"> {
  readonly serverTime: Date;
  readonly counts: Readonly<Partial<Record<TargetStatus, number>>>;
  readonly total: number;
  /** The wave under way, from 1; 0 = none has begun. */
  readonly wave: number;
  readonly waves: readonly WaveView[];
  readonly allowedActions: readonly RolloutAction[];
  /** The wave that `promote` would open; null when it is not at a gate. */
  readonly gate: number | null;
}

/** A rollout as pages and the API show it, with what may be done with it now. */
export function rolloutView(row: RolloutRow, serverTime: Date): RolloutView {
  const { waves, progress, serviceHeld, changed: _, ...rest } = row;
  const counts = total(waves);
  const facts = { ...rest, aborting: progress.aborting, counts, serviceHeld };
  return {
    ...rest,
    serverTime,
    counts,
    total: waves.reduce((sum, wave) => sum + wave.size, 0),
    wave: progress.wave,
    waves: waves.map((wave) => waveView(wave, canaryWave(row))),
    allowedActions: allowedActions(facts),
    gate: gateOf(row),
  };
}

function total(waves: readonly WaveCounts[]): Partial<Record<TargetStatus, number>> {
  const counts: Partial<Record<TargetStatus, number>> = {};
  for (const wave of waves) add(counts, wave.counts);
  return counts;
}

function add(to: Partial<Record<TargetStatus, number>>, counts: Readonly<Partial<Record<TargetStatus, number>>>): void {
  const each: Partial<Record<string, number>> = counts;
  const sum: Partial<Record<string, number>> = to;
  for (const [status, n] of Object.entries(each)) sum[status] = (sum[status] ?? 0) + (n ?? 0);
}

function waveView({ number, size, counts }: WaveCounts, canary: number | null): WaveView {
  return {
    number,
    size,
    done: counts.succeeded ?? 0,
    failed: (counts.failed ?? 0) + (counts.unknown ?? 0),
    canary: number === canary,
  };
}

/** The first wave is the canary; in a rollback the first of those that serve, after the wave of those that were down. */
function canaryWave({ kind, strategy, waves }: RolloutRow): number | null {
  if (strategy.canary === 0 || strategy.canary === "0%") return null;
  const first = kind === "rollback" ? waves.find((wave) => wave.down < wave.size) : waves[0];
  return first?.number ?? null;
}

function gateOf({ status, statusReason }: RolloutRow): number | null {
  const wave = statusReason?.params.wave;
  return status === "paused" && statusReason?.code === "gate" && typeof wave === "number" ? wave : null;
}
