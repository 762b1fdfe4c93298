import { type FieldError, SlipwayError } from "../domain/errors";
import type { ServiceSettings } from "../domain/settings";
import { resolveStrategy, strategyProblems } from "../domain/strategy";
import type { CatalogueTx, LockedService } from "../ports/catalogue";

/** The service under its lock. Throws SlipwayError `service_not_found`, also for a deleted one. */
export async function existingService(tx: CatalogueTx, name: string): Promise<LockedService> {
  const service = await tx.lockService(name);
  if (service === null || service.deleted) throw new SlipwayError("service_not_found", { service: name });
  return service;
}

/**
 * A default strategy must be possible for a deployment of any size. Throws SlipwayError `invalid_strategy` naming each field.
 * `start_at` is no default: it is one rollout's.
 */
export function checkSettings(settings: ServiceSettings, now: Date): void {
  const strategy = resolveStrategy("deployment", 1, settings.strategy, {});
  const problems: { field: string; code: string }[] = [...strategyProblems("deployment", strategy, now)];
  if (settings.strategy.startAt != null) problems.push({ field: "startAt", code: "no_default" });
  const [first] = problems;
  if (first === undefined) return;
  const fields = problems.map(
    ({ field, code }): FieldError => ({ pointer: `/settings/strategy/${wireName(field)}`, code: `strategy_${code}` }),
  );
  throw new SlipwayError("invalid_strategy", { why: first.code, field: wireName(first.field) }, { fields });
}

function wireName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
