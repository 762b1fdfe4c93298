/**
 * How a rollout goes through its instances. A count is a number of instances, a share a string such as `"25%"`.
 * Meaning of each field: docs/rollouts.md, "Strategy".
 */
import type { RolloutKind } from "./statuses";

export type Share = `${number}%`;
export type Amount = number | Share;

export interface Strategy {
  /** First wave. 0 = no canary. */
  readonly canary: Amount;
  /** The other waves. */
  readonly waveSize: Amount;
  /** Changed at once. */
  readonly maxParallel: number;
  /** Watched after each wave; health must hold. */
  readonly bakeSeconds: number;
  readonly promotion: "auto" | "after_canary" | "each_wave";
  /** Failed instances tolerated; the next one is one too many. */
  readonly maxFailed: Amount;
  /** Share of the service that keeps answering. */
  readonly minHealthy: Share;
  readonly onFailure: "roll_back" | "pause" | "stop";
  /** Waves are cut across hosts and zones. */
  readonly spread: boolean;
  /** RFC 3339, or null for now. */
  readonly startAt: string | null;
  /** Time to undo. */
  readonly graceSeconds: number;
  /** After it, what is not staged yet fails, without delaying the others. */
  readonly stageTimeoutS: number;
  /** Longest wait for a host that cannot be asked. */
  readonly unknownWaitSeconds: number;
}

export type StrategyChoice = { readonly [Field in keyof Strategy]?: Strategy[Field] } & { readonly preset?: Preset };

const PRESETS = ["canary", "rolling", "all_at_once"] as const;
export type Preset = (typeof PRESETS)[number];

const DEPLOYMENT: Strategy = {
  canary: 1,
  waveSize: "25%",
  maxParallel: 10,
  bakeSeconds: 30,
  promotion: "auto",
  maxFailed: 0,
  minHealthy: "50%",
  onFailure: "roll_back",
  spread: true,
  startAt: null,
  graceSeconds: 0,
  stageTimeoutS: 300,
  unknownWaitSeconds: 300,
};

const ALL = 10_000;
const PRESET: Record<Preset, Partial<Strategy>> = {
  canary: {},
  rolling: { canary: 0 },
  all_at_once: { canary: 0, waveSize: "100%", bakeSeconds: 0, minHealthy: "0%", maxParallel: ALL },
};

/** Of a share, the part of 100 as a number; of a count, null. */
export function percentOf(amount: Amount): number | null {
  return typeof amount === "number" ? null : Number(amount.slice(0, -1));
}

/** A wave's size: a share is rounded up, at least one instance and at most all of them. */
export function waveSizeOf(amount: Amount, targets: number): number {
  const percent = percentOf(amount);
  const size = percent === null ? Number(amount) : Math.ceil((percent * targets) / 100);
  return Math.min(Math.max(size, 1), Math.max(targets, 1));
}

/** Failures tolerated: a share is rounded down. */
export function toleratedOf(amount: Amount, targets: number): number {
  const percent = percentOf(amount);
  return percent === null ? Number(amount) : Math.floor((percent * targets) / 100);
}

/**
 * Fills in what was not chosen: the request over the service's default over the kind's default. A service's default strategy is for
 * deployments; a rollback is calm and quick by its own rules unless the request itself says otherwise.
 */
export function resolveStrategy(
  kind: RolloutKind,
  targets: number,
  chosen: StrategyChoice,
  serviceDefault: StrategyChoice,
): Strategy {
  const defaults = kind === "deployment" ? DEPLOYMENT : rollbackDefaults(targets);
  const base = kind === "deployment" ? { ...defaults, ...expand(serviceDefault, defaults) } : defaults;
  return { ...base, ...expand(chosen, defaults) };
}

/** A preset is the kind's defaults with what the preset changes: all that the service's default says otherwise is left behind. */
function expand(choice: StrategyChoice, defaults: Strategy): Partial<Strategy> {
  const { preset, ...fields } = choice;
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return { ...(preset ? { ...defaults, ...PRESET[preset] } : {}), ...given };
}

/** Of those that serve, a rollback pauses when as many as 2 or 10% fail, whichever is more: one less is tolerated. */
function rollbackDefaults(targets: number): Strategy {
  return {
    ...DEPLOYMENT,
    canary: "5%",
    waveSize: "50%",
    maxParallel: 50,
    bakeSeconds: 0,
    onFailure: "pause",
    maxFailed: Math.max(2, Math.ceil(targets / 10)) - 1,
  };
}

export interface StrategyProblem {
  readonly field: keyof Strategy;
  /** Key of the sentence (`fields.strategy_<code>`). */
  readonly code: "zero_share" | "above_all" | "min_healthy_all" | "wave_size_zero" | "start_in_past" | "rollback_cannot_reverse";
}

/** Why a strategy is impossible, field by field; empty when it is not. `now` judges `startAt`, with a minute of tolerance for clocks. */
export function strategyProblems(kind: RolloutKind, strategy: Strategy, now: Date): readonly StrategyProblem[] {
  const problems: StrategyProblem[] = [];
  for (const field of ["canary", "waveSize", "maxFailed"] as const) {
    const percent = percentOf(strategy[field]) ?? 1;
    if (percent <= 0) problems.push({ field, code: "zero_share" });
    if (percent > 100) problems.push({ field, code: "above_all" });
  }
  if (strategy.waveSize === 0) problems.push({ field: "waveSize", code: "wave_size_zero" });
  const keeps = percentOf(strategy.minHealthy) ?? 0;
  if (keeps > 100) problems.push({ field: "minHealthy", code: "above_all" });
  if (keeps === 100) problems.push({ field: "minHealthy", code: "min_healthy_all" });
  if (strategy.startAt !== null && Date.parse(strategy.startAt) < now.getTime() - 60_000)
    problems.push({ field: "startAt", code: "start_in_past" });
  if (kind === "rollback" && strategy.onFailure === "roll_back")
    problems.push({ field: "onFailure", code: "rollback_cannot_reverse" });
  return problems;
}
