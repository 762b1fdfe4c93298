/** How long a rollout should take, from what earlier ones of the same service took. */

/** What was measured, in seconds, in any order. */
export interface PastTimes {
  /** Of changes that verified: from the decision to change an instance until its host said that it runs. */
  readonly changes: readonly number[];
  /** From the beginning of a rollout until its first instance was changed. */
  readonly preparations: readonly number[];
}

export interface PlannedWave {
  readonly size: number;
  /** Most that are changed at once. */
  readonly atOnce: number;
  readonly bakeSeconds: number;
}

/** Seconds. Four of five should take between `lowS` and `highS`; what a person takes to open a gate is in none of them. */
export interface Expectation {
  readonly medianS: number;
  readonly lowS: number;
  readonly highS: number;
  /** Changes that it was made of. */
  readonly samples: number;
}

const LOW = 0.1;
const MEDIAN = 0.5;
const HIGH = 0.9;

/**
 * A wave is changed in rounds of `atOnce`, each as long as the slowest of its changes, and then watched. null without any change to
 * judge by.
 */
export function expectation(waves: readonly PlannedWave[], past: PastTimes): Expectation | null {
  if (past.changes.length === 0) return null;
  const changes = [...past.changes].sort((a, b) => a - b);
  const preparations = [...past.preparations].sort((a, b) => a - b);
  const at = (part: number) =>
    quantile(preparations, part) + waves.reduce((sum, wave) => sum + changing(wave, changes, part) + wave.bakeSeconds, 0);
  return { medianS: at(MEDIAN), lowS: at(LOW), highS: at(HIGH), samples: changes.length };
}

/** The slowest of n is quicker than t as often as all n are: the quantile of one, to the power of n. */
function changing({ size, atOnce }: PlannedWave, changes: readonly number[], part: number): number {
  const full = Math.floor(size / atOnce);
  const left = size - full * atOnce;
  const round = (many: number) => quantile(changes, part ** (1 / many));
  return (full === 0 ? 0 : full * round(atOnce)) + (left === 0 ? 0 : round(left));
}

/** Of sorted numbers the smallest that at least this part of them do not exceed; 0 of none. */
function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.max(Math.ceil(part * sorted.length) - 1, 0)] ?? 0;
}
