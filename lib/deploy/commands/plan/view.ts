/** A plan as it is shown before it is started: with what speaks for a second look, and how long it should take. */

import { allowedDown, roomFor } from "../../domain/budget";
import type { SlipwayError } from "../../domain/errors";
import { type Expectation, expectation, type PlannedWave } from "../../domain/expectation";
import type { Coded } from "../../domain/rollout-state";
import { resolveStrategy, type Strategy } from "../../domain/strategy";
import type { Actor } from "../../ports";
import type { PlanReads, RolloutFacts } from "../../ports/rollouts";
import type { RolloutDeps } from "../deps";
import type { PreviewRequest } from "../requests";
import { type PlanDraft, type PlanKind, planToken } from "./plan";

export interface PlanView {
  readonly kind: PlanKind;
  readonly service: string;
  readonly takesBack: string | null;
  readonly planToken: string;
  readonly targets: readonly {
    readonly instanceId: string;
    readonly wave: number;
    readonly fromVersion: string | null;
    readonly toVersion: string;
    readonly fromRevision: number | null;
    readonly toRevision: number;
    readonly answers: boolean | null;
    readonly releaseOnHost: boolean | null;
  }[];
  readonly leftAlone: PlanDraft["leftAlone"];
  readonly waves: readonly {
    readonly number: number;
    readonly size: number;
    readonly canary: boolean;
    readonly bakeSeconds: number;
    readonly gate: boolean;
  }[];
  readonly strategy: Strategy;
  readonly tone: "ready" | "caution" | "refused";
  readonly cautions: readonly Coded[];
  readonly refusal: Coded | null;
  readonly onHosts: { readonly ready: number; readonly total: number; readonly bytesToMove: number | null };
  readonly expected: Expectation | null;
  readonly ranWell: readonly { readonly version: string; readonly seconds: number; readonly errors: number }[];
  readonly replaces: readonly string[];
  readonly holds: boolean;
  readonly minAnswering: number;
}

const DAY_MS = 86_400_000;

export async function viewOfPlan(
  deps: RolloutDeps,
  reads: PlanReads,
  actor: Actor,
  plan: PlanDraft,
  taken: RolloutFacts | null,
): Promise<PlanView> {
  const isRollback = plan.kind === "rollback" || plan.kind === "take_back";
  const to = [...new Set(plan.targets.map((target) => target.to.version))];
  const from = [...new Set(plan.targets.flatMap((target) => (target.from ? [target.from.version] : [])))];
  const ranWell = isRollback ? await reads.ranWell(plan.service, [...to, ...from]) : [];
  const onHosts = readiness(plan);
  const cautions = [
    ...plan.cautions,
    ...(isRollback ? await rollbackCautions(deps, reads, actor, plan, taken, to, ranWell, onHosts) : []),
  ];
  const answering = (await reads.instances(plan.service, null)).filter((instance) => instance.healthy === true).length;
  return {
    kind: plan.kind,
    service: plan.service,
    takesBack: plan.takesBack,
    planToken: planToken(plan),
    targets: plan.targets.map((target) => ({
      instanceId: target.instance,
      wave: target.wave,
      fromVersion: target.from?.version ?? null,
      toVersion: target.to.version,
      fromRevision: target.from?.revision ?? null,
      toRevision: target.to.revision,
      answers: target.answers,
      releaseOnHost: target.releaseOnHost,
    })),
    leftAlone: plan.leftAlone,
    waves: wavesOf(plan),
    strategy: plan.strategy,
    tone: isRollback && cautions.length > 0 ? "caution" : "ready",
    cautions,
    refusal: null,
    onHosts,
    expected: expectation(
      paceOf(plan, isRollback, answering),
      await reads.pastTimes(plan.service, isRollback ? "rollback" : "deployment"),
    ),
    ranWell,
    replaces: plan.replaces,
    holds: isRollback,
    minAnswering:
      plan.strategy.minHealthy === "0%" ? 0 : Math.max(answering - allowedDown(answering, plan.strategy.minHealthy), 0),
  };
}

function wavesOf(plan: PlanDraft): PlanView["waves"] {
  const { strategy } = plan;
  const firstServing = plan.waves.findIndex((wave) =>
    wave.some((id) => plan.targets.find((target) => target.instance === id)?.answers !== false),
  );
  return plan.waves.map((wave, index) => ({
    number: index + 1,
    size: wave.length,
    canary: strategy.canary !== 0 && plan.waves.length > 1 && index === Math.max(firstServing, 0),
    bakeSeconds: strategy.bakeSeconds,
    gate: strategy.promotion === "each_wave" ? index > 0 : strategy.promotion === "after_canary" && index === 1,
  }));
}

function readiness(plan: PlanDraft): PlanView["onHosts"] {
  const missing = new Map(
    plan.targets
      .filter((target) => target.releaseOnHost === false)
      .map((target) => [`${target.host} ${target.to.version}`, target.releaseSize]),
  );
  const unknown = plan.targets.some((target) => target.releaseOnHost === null) || [...missing.values()].includes(null);
  const bytes = [...missing.values()].reduce<number>((sum, size) => sum + (size ?? 0), 0);
  return {
    ready: plan.targets.filter((target) => target.releaseOnHost === true).length,
    total: plan.targets.length,
    bytesToMove: unknown ? null : bytes,
  };
}

/** Why a click should open the plan before it starts anything. Source: docs, "One-click rollback". */
async function rollbackCautions(
  deps: RolloutDeps,
  reads: PlanReads,
  actor: Actor,
  plan: PlanDraft,
  taken: RolloutFacts | null,
  to: readonly string[],
  ranWell: PlanView["ranWell"],
  onHosts: PlanView["onHosts"],
): Promise<readonly Coded[]> {
  const cautions: Coded[] = [];
  const now = await reads.now();
  const young = ranWell.filter((run) => to.includes(run.version) && run.seconds < deps.trustedAfterS);
  const [youngest] = young;
  if (youngest)
    cautions.push({ code: "target_young", params: { version: youngest.version, seconds: Math.round(youngest.seconds) } });
  const faulty = ranWell.find((run) => to.includes(run.version) && run.errors > 0);
  if (faulty) cautions.push({ code: "target_had_errors", params: { version: faulty.version, errors: faulty.errors } });
  const age = taken === null ? 0 : now.getTime() - taken.createdAt.getTime();
  if (age > DAY_MS) cautions.push({ code: "rollout_old", params: { hours: Math.round(age / 3_600_000) } });
  if (to.length > 1) cautions.push({ code: "several_targets", params: { versions: to } });
  const instances = await reads.instances(
    plan.service,
    plan.targets.map((target) => target.instance),
  );
  const silent = [...new Set(instances.filter((instance) => instance.hostReachable === false).map((instance) => instance.host))];
  if (silent.length > 0) cautions.push({ code: "host_unreachable", params: { hosts: silent, count: silent.length } });
  if (onHosts.bytesToMove !== null && onHosts.bytesToMove > 0)
    cautions.push({ code: "bytes_to_transfer", params: { bytes: onHosts.bytesToMove } });
  const acted = await reads.justActed(plan.service, actor.name);
  if (acted) cautions.push({ code: "someone_acted", params: { by: acted.by, seconds: Math.round(acted.seconds) } });
  return cautions;
}

/** A wave is changed as `max_parallel` and `min_healthy` let it; what does not answer costs no room. */
function paceOf(plan: PlanDraft, isRollback: boolean, answering: number): readonly PlannedWave[] {
  const { strategy } = plan;
  const room = roomFor({ baseline: answering, down: [], changing: 0 }, strategy.minHealthy, isRollback);
  const down = new Set(plan.targets.flatMap((target) => (target.answers === false ? [target.instance] : [])));
  return plan.waves.map((wave) => {
    const serving = wave.filter((id) => !down.has(id)).length;
    const atOnce = serving === 0 ? wave.length : Math.min(strategy.maxParallel, room);
    return { size: serving === 0 ? wave.length : serving, atOnce, bakeSeconds: strategy.bakeSeconds };
  });
}

/** A plan that would be refused: it says why, and what it would have been is left open. */
export async function refusedPlan(reads: PlanReads, request: PreviewRequest, error: SlipwayError): Promise<PlanView> {
  const service = await reads.service(request.service);
  const isRollback = request.kind === "rollback" || request.kind === "take_back";
  const count = "instances" in request ? new Set(request.instances).size : 0;
  return {
    kind: request.kind,
    service: request.service,
    takesBack: null,
    planToken: "",
    targets: [],
    leftAlone: [],
    waves: [],
    strategy: resolveStrategy(isRollback ? "rollback" : "deployment", count, request.strategy ?? {}, service?.strategy ?? {}),
    tone: "refused",
    cautions: [],
    refusal: { code: error.code, params: error.params },
    onHosts: { ready: 0, total: 0, bytesToMove: null },
    expected: null,
    ranWell: [],
    replaces: [],
    holds: false,
    minAnswering: 0,
  };
}
