import { z } from "zod";
import type { Format } from "./formats";

const share = z.custom<`${number}%`>(
  (value) => typeof value === "string" && /^(?:100|[0-9]{1,2})(?:\.[0-9]{1,2})?%$/.test(value),
  "share" satisfies Format,
);
const count = z.number().int().min(0).max(100_000);
export const amount = z.union([count, share], "amount" satisfies Format);

export const strategyInput = z.strictObject({
  preset: z.enum(["canary", "rolling", "all_at_once"]).optional(),
  canary: amount.optional(),
  wave_size: amount.optional(),
  max_parallel: z.number().int().min(1).max(10_000).optional(),
  bake_seconds: z.number().int().min(0).max(86_400).optional(),
  promotion: z.enum(["auto", "after_canary", "each_wave"]).optional(),
  max_failed: amount.optional(),
  min_healthy: share.optional(),
  on_failure: z.enum(["roll_back", "pause", "stop"]).optional(),
  spread: z.boolean().optional(),
  start_at: z.iso.datetime({ offset: true }).nullable().optional(),
  grace_seconds: z.number().int().min(0).max(300).optional(),
  stage_timeout_s: z.number().int().min(1).max(86_400).optional(),
  unknown_wait_seconds: z.number().int().min(1).max(86_400).optional(),
});
export type StrategyInput = z.infer<typeof strategyInput>;

/** As it was resolved: every field, defaults filled in. */
export const strategy = strategyInput.omit({ preset: true }).required();
export type StrategyWire = z.infer<typeof strategy>;
