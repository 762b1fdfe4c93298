import { amount, type StrategyInput, type StrategyWire, strategyInput } from "@/lib/api/contract";

/** The strategy as a person edits it: amounts are text ("1", "25%"), times are seconds. */
export interface StrategyForm {
  readonly canary: string;
  readonly wave_size: string;
  readonly max_parallel: number | null;
  readonly bake_seconds: number | null;
  readonly promotion: StrategyWire["promotion"];
  readonly max_failed: string;
  readonly min_healthy: string;
  readonly on_failure: StrategyWire["on_failure"];
  readonly spread: boolean;
  /** As a `datetime-local` field has it, in the viewer's zone; "" = now. */
  readonly start_at: string;
}

export type StrategyField = keyof StrategyForm;
/** What is wrong with a field: a key of `deploy.invalid`. */
export type StrategyFault =
  | "amount"
  | "at_least_one"
  | "above_all"
  | "share"
  | "min_healthy_all"
  | "share_of_nothing"
  | "whole_number"
  | "past";

/** What Custom begins with before a plan has said what the service's own values are: the Canary preset. */
export const FIRST_CUSTOM: StrategyForm = {
  canary: "1",
  wave_size: "25%",
  max_parallel: 10,
  bake_seconds: 30,
  promotion: "auto",
  max_failed: "0",
  min_healthy: "50%",
  on_failure: "roll_back",
  spread: true,
  start_at: "",
};

/** The form that stands for a resolved strategy. */
export function formOf(strategy: StrategyWire): StrategyForm {
  return {
    canary: String(strategy.canary),
    wave_size: String(strategy.wave_size),
    max_parallel: strategy.max_parallel,
    bake_seconds: strategy.bake_seconds,
    promotion: strategy.promotion,
    max_failed: String(strategy.max_failed),
    min_healthy: strategy.min_healthy,
    on_failure: strategy.on_failure,
    spread: strategy.spread,
    start_at: "",
  };
}

/** `"3"` is a count, `"25%"` a share; null when it is neither. */
export function parseAmount(text: string): StrategyInput["canary"] | null {
  const trimmed = text.trim();
  const parsed = amount.safeParse(/^\d+$/.test(trimmed) ? Number(trimmed) : trimmed);
  return parsed.success ? parsed.data : null;
}

/** What a person has to put right before the strategy can be asked for. `now` is epoch milliseconds. */
export function faultsOf(form: StrategyForm, now: number): Partial<Record<StrategyField, StrategyFault>> {
  const all: Record<StrategyField, StrategyFault | null> = {
    canary: amountFault(form.canary, true),
    wave_size: amountFault(form.wave_size, false),
    max_parallel: form.max_parallel === null || form.max_parallel < 1 ? "at_least_one" : null,
    bake_seconds: form.bake_seconds === null || form.bake_seconds < 0 ? "whole_number" : null,
    promotion: null,
    max_failed: amountFault(form.max_failed, true),
    min_healthy: healthyFault(form.min_healthy),
    on_failure: null,
    spread: null,
    start_at: form.start_at !== "" && !(Date.parse(form.start_at) > now) ? "past" : null,
  };
  return Object.fromEntries(Object.entries(all).filter(([, fault]) => fault !== null));
}

/** 0 as a count may mean "none"; a share of 0% says nothing and is refused. */
function amountFault(text: string, noneAllowed: boolean): StrategyFault | null {
  const share = /^(\d+(?:\.\d+)?)%$/.exec(text.trim());
  if (share !== null && Number(share[1]) > 100) return "above_all";
  const parsed = parseAmount(text);
  if (parsed === null || parsed === undefined) return "amount";
  if (share !== null && Number(share[1]) === 0) return "share_of_nothing";
  return parsed === 0 && !noneAllowed ? "at_least_one" : null;
}

function healthyFault(text: string): StrategyFault | null {
  const share = /^(\d+(?:\.\d+)?)%$/.exec(text.trim());
  if (share === null) return "share";
  if (Number(share[1]) > 100) return "above_all";
  return Number(share[1]) === 100 ? "min_healthy_all" : null;
}

/** The strategy for the API; null while something in it is wrong. */
export function inputOf(form: StrategyForm, now: number): StrategyInput | null {
  if (Object.keys(faultsOf(form, now)).length > 0) return null;
  const parsed = strategyInput.safeParse({
    ...form,
    canary: parseAmount(form.canary),
    wave_size: parseAmount(form.wave_size),
    max_failed: parseAmount(form.max_failed),
    min_healthy: form.min_healthy.trim(),
    start_at: form.start_at === "" ? null : new Date(form.start_at).toISOString(),
  });
  return parsed.success ? parsed.data : null;
}
