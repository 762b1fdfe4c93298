/**
 * The rollout's state machine: snapshot + now → next state, steps to give out, events, history. Pure: no clock, no store, no host.
 *
 * | status         | does                                                                             | leaves when |
 * |----------------|----------------------------------------------------------------------------------|-------------|
 * | `scheduled`    | waits for the grace or the start time                                            | due and its instances are free (deployment) or taken over (rollback): `preparing` |
 * | `preparing`    | package checked, releases brought to hosts; a rollback fences its hosts          | the first wave is ready: `running`; package bad: `failed` |
 * | `running`      | changes the instances of the wave under way                                      | wave settled: `baking`, next wave, gate (`paused`) or end |
 * | `baking`       | watches the wave                                                                 | time is up: next wave, gate or end |
 * | `paused`       | begins nothing; what is in flight settles                                        | `resume`, `promote`, `retry`, `abort` |
 * | `rolling_back` | puts changed instances back                                                      | everything settled: `rolled_back` or `failed` |
 *
 * Actions of people are in `actions.ts`, taking over instances in `take-over.ts`.
 */
import { roomFor, type ServiceLoad } from "./budget";
import { changesRelease, Draft, untoldChange, wantedStep } from "./draft";
import type { Failure } from "./errors";
import { countedFailures, toleratedFailures } from "./failures";
import { fail, fold } from "./fold";
import { beginReversal, driveReversal } from "./reversal";
import { isChanging, isSettled, type Rollout, type Target } from "./rollout-state";
import { hasEnded } from "./statuses";
import type { StepDone } from "./step-outcome";
import { toleratedOf } from "./strategy";

export interface World {
  /** Milliseconds of the database's clock. */
  readonly now: number;
  readonly load: ServiceLoad;
  /** Instances seen to be down after they verified: instance → when. */
  readonly fallen: ReadonlyMap<string, number>;
  /** The package of a deployment: still being fetched, bound to the version, or refused. */
  readonly packages:
    | { readonly kind: "working" }
    | { readonly kind: "ready" }
    | { readonly kind: "refused"; readonly failure: Failure };
  /** Instances with a step that is not done. */
  readonly pending: ReadonlySet<string>;
  readonly done: readonly StepDone[];
}

/** Instances whose files are brought to their hosts at once. */
const PREPARED_AT_ONCE = 64;
/** A deployment without room under `min_healthy` waits this long, then pauses. */
const STARVED_MS = 300_000;
const ASK_AGAIN_MS = [500, 1_000, 2_000, 5_000, 10_000] as const;

/** Takes in what was found out, and decides what comes next. The rollout has begun (`preparing` or later). */
export function decide(rollout: Rollout, targets: readonly Target[], world: World): Draft {
  const draft = new Draft(rollout, targets, world.now, world.pending);
  if (hasEnded(rollout.status) || rollout.status === "scheduled") return draft;
  for (const done of world.done) fold(draft, done);
  noticeFallen(draft, world.fallen);
  giveUpOnTime(draft);
  judge(draft);
  advance(draft, { ...world, load: recounted(world.load, targets, draft) });
  askAgain(draft);
  return draft;
}

/** The load was counted before the outcomes were taken in: who has come up by them is not down any more, who is silent now is. */
function recounted(load: ServiceLoad, before: readonly Target[], draft: Draft): ServiceLoad {
  const down = new Set(load.downInstances);
  let count = load.down;
  let { changing } = load;
  for (const target of before) {
    const now = draft.targets.get(target.instance) ?? target;
    if (isChanging(target.status) && !isChanging(now.status)) changing -= 1;
    if (target.answeredBefore !== true) continue;
    const wasCounted = isChanging(target.status) || target.status === "unknown";
    const isUp = now.status === "succeeded" || now.status === "put_back" || (now.status === "failed" && now.versionNow !== null);
    if (wasCounted && isUp) {
      count -= 1;
      down.delete(target.instance);
    } else if (!wasCounted && now.status === "unknown" && !down.has(target.instance)) {
      count += 1;
      down.add(target.instance);
    }
  }
  return { baseline: load.baseline, down: Math.max(count, 0), changing: Math.max(changing, 0), downInstances: [...down] };
}

function advance(draft: Draft, world: World): void {
  const { progress, status } = draft.rollout;
  if (hasEnded(status)) return;
  if (progress.aborting || progress.stopping) return finishEarly(draft);
  if (status === "paused") return;
  prepare(draft, world);
  // An accepted rollback of these instances waits out its grace: nothing further is begun until it is undone or takes over.
  if (draft.rollout.heldBy !== null || hasEnded(draft.rollout.status)) return;
  if (draft.rollout.status === "rolling_back") return finishReversal(draft, world.load);
  if (draft.rollout.status === "preparing") startFirstWave(draft);
  // A wave without anything to do ends at once, so several may pass in one decision.
  for (let wave = -1; wave !== draft.rollout.progress.wave && isMoving(draft); ) {
    wave = draft.rollout.progress.wave;
    if (draft.rollout.status === "running") switchMore(draft, world.load);
    if (draft.rollout.status === "running" && isWaveSettled(draft)) finishWave(draft);
    if (draft.rollout.status === "baking" && (draft.rollout.progress.bakeUntil ?? 0) <= draft.now) finishBake(draft);
  }
}

function isMoving(draft: Draft): boolean {
  return draft.rollout.status === "running" || draft.rollout.status === "baking";
}

// ── preparing ────────────────────────────────────────────────────────────────────────────────────────

function prepare(draft: Draft, world: World): void {
  const { rollout } = draft;
  if (rollout.kind === "deployment" && !rollout.progress.packageReady) {
    if (world.packages.kind === "refused") return refusePackage(draft, world.packages.failure);
    if (world.packages.kind === "working") return;
    draft.progress({ packageReady: true });
    draft.event("preparing", { hosts: new Set(draft.all.map((target) => target.host)).size });
  }
  let room = PREPARED_AT_ONCE - draft.all.filter((target) => target.status === "staging" && draft.isBusy(target.instance)).length;
  for (const target of draft.all) {
    if (room <= 0) return;
    if (!target.holding || draft.isBusy(target.instance)) continue;
    if (target.status !== "waiting" && target.status !== "staging") continue;
    const wanted = wantedStep(rollout, target);
    if (wanted === null) continue;
    const since = target.memory.since ?? draft.now;
    draft.target(target.instance, { status: "staging", startedAt: target.startedAt ?? draft.now, memory: { since } });
    draft.step(target.instance, wanted, delayOf(target));
    room -= 1;
  }
}

function refusePackage(draft: Draft, failure: Failure): void {
  for (const target of draft.all.filter((each) => !isSettled(each.status))) {
    draft.target(target.instance, { status: "failed", failure, versionNow: target.from?.version ?? null, endedAt: draft.now });
  }
  draft.event("package_refused", { code: failure.code, ...failure.params });
  draft.end("failed", { code: "package", params: { code: failure.code } });
}

function isPrepared(target: Target): boolean {
  return isSettled(target.status) || target.status === "staged" || target.status === "unknown";
}

/** A deployment begins when its own first wave is ready; a rollback when every host has said what runs there. */
function startFirstWave(draft: Draft): void {
  const { kind } = draft.rollout;
  if (kind === "deployment" && !draft.rollout.progress.packageReady) return;
  const needed =
    kind === "rollback" ? draft.all.filter((target) => !target.memory.fenced) : draft.all.filter((target) => target.wave === 1);
  if (!needed.every((target) => !target.holding || isPrepared(target))) return;
  draft.event("prepared", { instances: draft.all.filter((target) => target.status === "staged").length });
  draft.set({ startedAt: draft.rollout.startedAt ?? draft.now });
  draft.status("running");
  beginWave(draft, 1);
}

// ── running ──────────────────────────────────────────────────────────────────────────────────────────

function beginWave(draft: Draft, wave: number): void {
  const instances = draft.all.filter((target) => target.wave === wave);
  draft.progress({ wave, bakeUntil: null, starvedSince: null });
  draft.event("wave_started", { wave, waves: waveCount(draft), count: instances.length });
}

export function waveCount(draft: Draft): number {
  return draft.all.reduce((most, target) => Math.max(most, target.wave), 0);
}

function switchMore(draft: Draft, load: ServiceLoad): void {
  const { kind, strategy, progress } = draft.rollout;
  const ready = draft.all.filter((target) => target.holding && target.status === "staged" && !draft.isBusy(target.instance));
  const down = kind === "rollback" ? ready.filter((target) => target.confirmedDown) : [];
  for (const target of down) switchOver(draft, target);
  if (kind === "rollback" && draft.all.some((target) => target.confirmedDown && isChanging(target.status))) return;

  const inWave = ready.filter((target) => target.wave <= progress.wave && !(kind === "rollback" && target.confirmedDown));
  const switching = draft.all.filter((target) => isChanging(target.status)).length;
  let slots = strategy.maxParallel - switching;
  let room = roomFor(load, strategy.minHealthy, kind === "rollback");
  for (const target of inWave) {
    if (slots <= 0) break;
    // What does not answer costs nothing: it is counted already, or not part of what must keep answering. Of a rollback's targets the host
    // was asked: one that only the console cannot see may be serving.
    const silent =
      (target.from === null && target.answeredBefore !== true) ||
      target.answeredBefore === false ||
      load.downInstances?.includes(target.instance) === true;
    const costs = !target.confirmedDown && (kind === "rollback" || !silent);
    if (costs && room < 1) continue;
    switchOver(draft, target);
    slots -= 1;
    if (costs) room -= 1;
  }
  noticeStarving(draft, load, inWave.some((target) => draft.targets.get(target.instance)?.status === "staged") && slots > 0);
}

function switchOver(draft: Draft, target: Target): void {
  if (changesRelease(target) && !draft.rollout.changed) draft.set({ changed: true });
  draft.target(target.instance, { status: "switching", memory: { began: true, since: null, unanswered: 0 } });
  draft.step(target.instance, "activate");
  draft.event("target_switching", { instance: target.instance, version: target.to.version }, target.instance);
}

function noticeStarving(draft: Draft, load: ServiceLoad, starving: boolean): void {
  const { kind, progress } = draft.rollout;
  if (!starving) {
    if (progress.starvedSince !== null) draft.progress({ starvedSince: null });
    return;
  }
  if (progress.starvedSince === null) {
    draft.progress({ starvedSince: draft.now });
    draft.event("min_healthy_waiting", { wave: progress.wave });
  } else if (kind === "deployment" && draft.now - progress.starvedSince >= STARVED_MS) {
    draft.pause({ code: "min_healthy", params: { instances: load.downInstances ?? [] } });
  }
}

function isWaveSettled(draft: Draft): boolean {
  const { wave } = draft.rollout.progress;
  const isLast = wave >= waveCount(draft);
  return draft.all.every(
    (target) => target.wave > wave || !target.holding || isSettled(target.status) || (target.status === "unknown" && !isLast),
  );
}

function finishWave(draft: Draft): void {
  const { progress, strategy } = draft.rollout;
  const touched = draft.all.some((target) => target.wave === progress.wave && target.status === "succeeded" && target.changed);
  if (strategy.bakeSeconds === 0 || !touched) return finishBake(draft);
  draft.progress({ bakeUntil: draft.now + strategy.bakeSeconds * 1000 });
  draft.status("baking");
  draft.event("baking", { wave: progress.wave, seconds: strategy.bakeSeconds });
}

function finishBake(draft: Draft): void {
  const { progress } = draft.rollout;
  if (draft.rollout.status === "baking") draft.event("baked", { wave: progress.wave });
  const next = progress.wave + 1;
  if (next > waveCount(draft)) return finish(draft);
  draft.status("running");
  draft.progress({ bakeUntil: null });
  if (needsGate(draft, next) && !progress.gates.includes(next)) {
    draft.event("gate_reached", { wave: next });
    draft.pause({ code: "gate", params: { wave: next } });
    return;
  }
  beginWave(draft, next);
}

/** Whether a person opens this wave. */
export function needsGate(draft: Draft, wave: number): boolean {
  const { promotion } = draft.rollout.strategy;
  return promotion === "each_wave" ? wave > 1 : promotion === "after_canary" && wave === 2;
}

/** The wave that a paused rollout waits to be promoted into, or null. */
export function openGate(rollout: Rollout): number | null {
  const wave = rollout.statusReason?.params.wave;
  return rollout.status === "paused" && rollout.statusReason?.code === "gate" && typeof wave === "number" ? wave : null;
}

export function promoteInto(draft: Draft, wave: number): void {
  draft.progress({ gates: [...draft.rollout.progress.gates, wave], resumeTo: null });
  draft.status("running");
  beginWave(draft, wave);
}

// ── ends ─────────────────────────────────────────────────────────────────────────────────────────────

function finish(draft: Draft): void {
  const mine = draft.all.filter((target) => target.status !== "taken_over");
  const verified = mine.filter((target) => target.status === "succeeded").length;
  const failed = mine.filter((target) => target.status === "failed" || target.status === "unknown").length;
  if (draft.rollout.kind === "rollback") {
    if (failed === 0 && verified === mine.length) return draft.end("succeeded", null);
    return draft.end("failed", { code: "rollback_incomplete", params: { failed: mine.length - verified } });
  }
  const counted = countedFailures(draft.rollout, draft.all).length;
  const tolerated = toleratedOf(draft.rollout.strategy.maxFailed, draft.all.length);
  if (verified > 0 && counted <= tolerated) return draft.end("succeeded", null);
  draft.end("failed", { code: "failures_exceeded", params: { failed, allowed: tolerated } });
}

function finishEarly(draft: Draft): void {
  for (const target of draft.all) {
    if (target.status !== "waiting" && target.status !== "staging" && target.status !== "staged") continue;
    if (!target.holding || untoldChange(draft.rollout, target) === null) draft.void(target.instance);
    else draft.step(target.instance, "fence", delayOf(target));
  }
  if (draft.all.some((target) => isInFlight(draft, target))) return;
  if (draft.rollout.progress.aborting) draft.end("cancelled", draft.rollout.statusReason);
  else draft.end("failed", draft.rollout.statusReason);
}

/** A change of this instance is under way, or may be, and has not been told. */
function isInFlight(draft: Draft, target: Target): boolean {
  return (
    target.holding && (isChanging(target.status) || target.status === "unknown" || untoldChange(draft.rollout, target) !== null)
  );
}

function finishReversal(draft: Draft, load: ServiceLoad): void {
  if (!driveReversal(draft, load)) return;
  const failed = draft.all.filter(isNotBack).length;
  if (failed === 0) return draft.end("rolled_back", draft.rollout.statusReason);
  draft.end("failed", { code: "rollback_incomplete", params: { failed } });
}

/** It does not run again what it ran before: not put back, without an earlier version, or nothing runs. */
function isNotBack(target: Target): boolean {
  if (!target.holding) return false;
  if (target.direction === "back") return target.status !== "put_back";
  if (target.status === "succeeded") return target.changed && changesRelease(target);
  if (target.status === "unknown") return true;
  return target.status === "failed" && (target.memory.runsNew || (target.memory.began && target.versionNow === null));
}

// ── watching ─────────────────────────────────────────────────────────────────────────────────────────

/** An instance that falls over in its own wave's bake has failed; one of an earlier wave is an alarm and a pause. */
function noticeFallen(draft: Draft, fallen: ReadonlyMap<string, number>): void {
  const { kind, progress, status } = draft.rollout;
  if (kind !== "deployment" || progress.reversed || progress.aborting || progress.stopping) return;
  if (status !== "baking" && status !== "running") return;
  for (const [instance, at] of fallen) {
    const target = draft.targets.get(instance);
    if (target?.status !== "succeeded" || !target.changed || !target.holding || at < (target.endedAt ?? 0)) continue;
    if (target.wave === progress.wave) {
      const failure: Failure = { step: "bake", code: "fell_over_in_bake", params: { wave: progress.wave }, evidence: null };
      draft.target(instance, { status: "failed", failure, endedAt: draft.now, memory: { runsNew: true } });
      draft.event(
        "target_failed",
        { instance, code: failure.code, version: target.to.version, version_now: target.to.version },
        instance,
      );
    } else if (!progress.alarmed.includes(instance)) {
      draft.progress({ alarmed: [...draft.rollout.progress.alarmed, instance] });
      draft.event("bake_alarm", { instance, wave: target.wave }, instance);
      draft.pause({ code: "bake_alarm", params: { instance } });
    }
  }
}

/** Staging has its own limit (which a pause does not use up), and so has the wait for a host that cannot be asked. */
function giveUpOnTime(draft: Draft): void {
  const { strategy, kind, status, progress } = draft.rollout;
  for (const target of draft.all) {
    const since = target.memory.since;
    if (!target.holding || since === null) continue;
    const waitsForFiles =
      target.status === "staging" && kind === "deployment" && target.direction === "forward" && status !== "paused";
    if (waitsForFiles && draft.now - since >= strategy.stageTimeoutS * 1000) {
      draft.void(target.instance);
      fail(draft, target, { step: "stage", code: "stage_timeout", params: { seconds: strategy.stageTimeoutS }, evidence: null });
    }
  }
  const unknown = draft.all.filter((target) => target.holding && target.status === "unknown");
  const expired = unknown.filter(
    (target) => draft.now - (target.memory.since ?? draft.now) >= strategy.unknownWaitSeconds * 1000,
  );
  if (expired.length === 0) return;
  // Begins nothing more: what was not begun is not waited for.
  const endsEarly = progress.aborting || progress.stopping;
  const isAwaited = (target: Target) => (endsEarly ? isInFlight(draft, target) : target.holding && !isSettled(target.status));
  const others = draft.all.filter((target) => target.status !== "unknown" && isAwaited(target));
  if (others.length === 0 && expired.length === unknown.length && !wantsReversal(draft)) endUnknown(draft);
}

/** Nothing is left but hosts that cannot be asked, and their time is up: the rollout ends, its instances stay owed. */
function endUnknown(draft: Draft): void {
  const { rollout } = draft;
  if (rollout.progress.aborting) return draft.end("cancelled", rollout.statusReason);
  if (rollout.progress.stopping) return draft.end("failed", rollout.statusReason);
  if (rollout.status === "rolling_back") {
    const failed = draft.all.filter(isNotBack).length;
    return draft.end("failed", { code: "rollback_incomplete", params: { failed } });
  }
  if (rollout.status === "running") finish(draft);
}

function wantsReversal(draft: Draft): boolean {
  const { rollout } = draft;
  if (rollout.kind !== "deployment" || rollout.strategy.onFailure !== "roll_back" || rollout.progress.reversed) return false;
  return countedFailures(rollout, draft.all).length > toleratedFailures(rollout, draft.all);
}

/** More failures than tolerated: put back, pause or stop, as the strategy says. */
function judge(draft: Draft): void {
  const { rollout } = draft;
  const { progress, status } = rollout;
  if (
    status === "paused" ||
    status === "rolling_back" ||
    hasEnded(status) ||
    progress.aborting ||
    progress.stopping ||
    rollout.heldBy !== null
  )
    return;
  const failed = countedFailures(rollout, draft.all).length;
  const allowed = toleratedFailures(rollout, draft.all);
  if (failed <= allowed) return;
  const reason = { code: "failures_exceeded", params: { failed, allowed } };
  const { onFailure } = rollout.strategy;
  // Before anything was switched there is nothing to put back.
  if (onFailure === "roll_back" && !draft.all.some((target) => target.memory.began)) return draft.end("failed", reason);
  if (onFailure === "stop") {
    draft.progress({ stopping: true });
    draft.set({ statusReason: reason });
  } else if (onFailure === "pause" || progress.reversed) {
    draft.pause(reason);
  } else {
    beginReversal(draft, reason);
  }
}

function delayOf(target: Target): number {
  if (target.memory.unanswered === 0) return 0;
  return ASK_AGAIN_MS[Math.min(target.memory.unanswered, ASK_AGAIN_MS.length) - 1] ?? 10_000;
}

/** A change whose end is not known is asked for again and again, with the same key: the host attaches, it never runs twice. */
function askAgain(draft: Draft): void {
  if (hasEnded(draft.rollout.status)) return;
  for (const target of draft.all) {
    if (!target.holding || draft.isBusy(target.instance)) continue;
    if (!isChanging(target.status) && target.status !== "unknown") continue;
    const wanted = wantedStep(draft.rollout, target);
    if (wanted !== null) draft.step(target.instance, wanted, delayOf(target));
  }
}
