/** `running` and `baking`: one wave after another, and the gates between them. */
import { roomFor, type ServiceLoad } from "./budget";
import { changesRelease, type Draft } from "./draft";
import { finish } from "./ending";
import { isChanging, isSettled, type Rollout, type Target } from "./rollout-state";

/** A deployment without room under `min_healthy` waits this long, then pauses. */
const STARVED_MS = 300_000;

export function beginWave(draft: Draft, wave: number): void {
  const instances = draft.all.filter((target) => target.wave === wave);
  draft.progress({ wave, bakeUntil: null, starvedSince: null });
  draft.event("wave_started", { wave, waves: waveCount(draft), count: instances.length });
}

function waveCount(draft: Draft): number {
  return draft.all.reduce((most, target) => Math.max(most, target.wave), 0);
}

export function switchMore(draft: Draft, load: ServiceLoad): void {
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
      load.down.includes(target.instance);
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
    draft.pause({ code: "min_healthy", params: { instances: load.down } });
  }
}

export function isWaveSettled(draft: Draft): boolean {
  const { wave } = draft.rollout.progress;
  const isLast = wave >= waveCount(draft);
  return draft.all.every(
    (target) => target.wave > wave || !target.holding || isSettled(target.status) || (target.status === "unknown" && !isLast),
  );
}

export function finishWave(draft: Draft): void {
  const { progress, strategy } = draft.rollout;
  const touched = draft.all.some((target) => target.wave === progress.wave && target.status === "succeeded" && target.changed);
  if (strategy.bakeSeconds === 0 || !touched) return finishBake(draft);
  draft.progress({ bakeUntil: draft.now + strategy.bakeSeconds * 1000 });
  draft.status("baking");
  draft.event("baking", { wave: progress.wave, seconds: strategy.bakeSeconds });
}

export function finishBake(draft: Draft): void {
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
function needsGate(draft: Draft, wave: number): boolean {
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
