/** A plan: which instances go where, in which waves. Made the same way for a preview and for the acceptance itself. */
import { createHash } from "node:crypto";
import { type FieldError, SlipwayError } from "../../domain/errors";
import type { Coded, Release } from "../../domain/rollout-state";
import type { RolloutKind } from "../../domain/statuses";
import { resolveStrategy, type Strategy, type StrategyChoice, strategyProblems } from "../../domain/strategy";
import { cutWaves } from "../../domain/waves";
import type { CatalogueVersion, NewTarget, PlannedInstance, PlanReads, ServiceFacts, WithoutVersion } from "../../ports/rollouts";

export type PlanKind = "deployment" | "rollback" | "take_back" | "restart";

/** One instance of a plan. */
export interface PlannedTarget extends NewTarget {
  readonly answers: boolean | null;
  /** null = its host was not asked yet. */
  readonly releaseOnHost: boolean | null;
  readonly releaseSize: number | null;
}

export interface PlanDraft {
  readonly kind: PlanKind;
  readonly service: string;
  readonly takesBack: string | null;
  /** null where the targets' versions differ. */
  readonly version: string | null;
  readonly strategy: Strategy;
  readonly targets: readonly PlannedTarget[];
  readonly waves: readonly (readonly string[])[];
  readonly leftAlone: readonly {
    readonly instanceId: string;
    readonly code: string;
    readonly params: Readonly<Record<string, string | null>>;
  }[];
  readonly cautions: readonly Coded[];
  /** Of a restart: asked for, but with nothing to be started. */
  readonly withoutVersion?: readonly WithoutVersion[];
  /** Live rollouts whose instances it takes over. */
  readonly replaces: readonly string[];
}

export async function knownService(reads: PlanReads, name: string): Promise<ServiceFacts> {
  const service = await reads.service(name);
  if (!service) throw new SlipwayError("service_not_found", { service: name });
  return service;
}

/** The instances asked for, as a set. One bad id refuses the whole request, and each bad one is named. */
export async function knownInstances(
  reads: PlanReads,
  service: string,
  ids: readonly string[],
): Promise<readonly PlannedInstance[]> {
  const wanted = [...new Set(ids)];
  const found = await reads.instances(service, wanted);
  if (found.length === wanted.length) return found;
  const known = new Set(found.map((instance) => instance.instance));
  const missing = wanted.filter((id) => !known.has(id));
  const elsewhere = await reads.whereabouts(missing);
  const unknown = missing.filter((id) => !elsewhere.has(id));
  const code = unknown.length > 0 ? "instance_not_found" : "instance_not_in_service";
  const fields: FieldError[] = missing.map((id) => ({
    pointer: `/instances/${ids.indexOf(id)}`,
    code: elsewhere.has(id) ? "instance_not_in_service" : "instance_not_found",
    params: { instance: id, service },
  }));
  throw new SlipwayError(code, { service, instances: unknown.length > 0 ? unknown : missing }, { fields });
}

const FIELD_NAMES: Partial<Record<keyof Strategy, string>> = {
  waveSize: "wave_size",
  maxFailed: "max_failed",
  minHealthy: "min_healthy",
  startAt: "start_at",
  onFailure: "on_failure",
};

export async function strategyOf(
  reads: PlanReads,
  kind: RolloutKind,
  targets: number,
  chosen: StrategyChoice | undefined,
  service: ServiceFacts,
  defaults: StrategyChoice = {},
): Promise<Strategy> {
  const strategy = resolveStrategy(kind, targets, { ...defaults, ...chosen }, service.strategy);
  const problems = strategyProblems(kind, strategy, await reads.now());
  if (problems.length > 0) {
    const fields = problems.map((problem) => ({
      pointer: `/strategy/${FIELD_NAMES[problem.field] ?? problem.field}`,
      code: `strategy_${problem.code}`,
    }));
    throw new SlipwayError("invalid_request", { fields: fields.map((field) => field.pointer) }, { fields });
  }
  return strategy;
}

/** Gives each target its wave, in the order of the waves. */
export function inWaves(
  kind: RolloutKind,
  strategy: Strategy,
  instances: readonly PlannedInstance[],
  targets: readonly Omit<PlannedTarget, "wave">[],
): { readonly waves: readonly (readonly string[])[]; readonly targets: readonly PlannedTarget[] } {
  const byId = new Map(targets.map((target) => [target.instance, target]));
  const placed = instances
    .filter((instance) => byId.has(instance.instance))
    .map((instance) => ({
      instance: instance.instance,
      host: instance.host,
      zone: instance.zone,
      answers: instance.running === null ? false : instance.healthy,
    }));
  const waves = cutWaves(kind, strategy, placed);
  const ordered = waves.flatMap((wave, index) =>
    wave.flatMap((id) => {
      const target = byId.get(id);
      return target ? [{ ...target, wave: index + 1 }] : [];
    }),
  );
  return { waves, targets: ordered };
}

export function targetTo(
  instance: PlannedInstance,
  to: Release,
  versions: readonly CatalogueVersion[],
  expect: readonly Release[] | null,
): Omit<PlannedTarget, "wave"> {
  const version = versions.find((each) => each.version === to.version);
  const from = instance.running === null ? null : { version: instance.running.version, revision: instance.running.revision };
  return {
    instance: instance.instance,
    host: instance.host,
    from,
    to,
    answeredBefore: instance.healthy,
    expect,
    answers: instance.healthy,
    releaseOnHost:
      instance.releasesOnHost === null ? null : version !== undefined && instance.releasesOnHost.includes(version.releaseSha256),
    releaseSize: version?.releaseSize ?? null,
  };
}

export function onlyVersion(targets: readonly { readonly to: Release }[]): string | null {
  const versions = new Set(targets.map((target) => target.to.version));
  const [first] = versions;
  return versions.size === 1 && first !== undefined ? first : null;
}

/**
 * The plan's facts in one word: changed facts are another plan. When it begins is no fact of it: a page asks for the grace only as it
 * starts it.
 */
export function planToken(plan: PlanDraft): string {
  const { startAt: _start, graceSeconds: _grace, ...strategy } = plan.strategy;
  const facts = [
    plan.takesBack,
    Object.entries(strategy).sort(byFirst),
    plan.waves.map((wave) => [...wave].sort()),
    plan.leftAlone.map((left) => [left.instanceId, left.code] as const).sort(byFirst),
    plan.targets.map((target) => [target.instance, target.from, target.to] as const).sort(byFirst),
  ];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 32);
}

function byFirst(a: readonly [string, ...unknown[]], b: readonly [string, ...unknown[]]): number {
  return a[0] < b[0] ? -1 : 1;
}
