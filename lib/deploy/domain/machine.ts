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

import { askAgain } from "./ask-again";
import { countsAsDown, type ServiceLoad } from "./budget";
import { Draft } from "./draft";
import { finishEarly, finishReversal } from "./ending";
import { fold } from "./fold";
import { judge } from "./judging";
import { prepare, startFirstWave } from "./preparing";
import { isChanging, type Rollout, type Target } from "./rollout-state";
import { hasEnded } from "./statuses";
import { giveUpOnTime, noticeFallen } from "./watching";
import { finishBake, finishWave, isWaveSettled, switchMore } from "./wave";
import type { World } from "./world";

/** Takes in what was found out, and decides what comes next. The rollout has begun (`preparing` or later). */
export function decide(rollout: Rollout, targets: readonly Target[], world: World): Draft {
  const draft = new Draft(rollout, targets, world.now, world.pending);
  if (hasEnded(rollout.status) || rollout.status === "scheduled") return draft;
  for (const done of world.done) fold(draft, done);
  noticeFallen(draft, world);
  giveUpOnTime(draft);
  judge(draft, world.fallen);
  advance(draft, { ...world, load: recounted(world.load, targets, draft) });
  askAgain(draft);
  return draft;
}

/** The load was counted before the outcomes were taken in: who has come up by them is not down any more, who is silent now or was found down is. */
function recounted(load: ServiceLoad, before: readonly Target[], draft: Draft): ServiceLoad {
  const down = new Set(load.down);
  let { changing } = load;
  for (const target of before) {
    if (!draft.dirty.has(target.instance)) continue;
    const now = draft.targets.get(target.instance) ?? target;
    if (isChanging(target.status) && !isChanging(now.status)) changing -= 1;
    if (target.answeredBefore !== true) continue;
    const wasCounted = countsAsDown(target);
    // That its host refused to begin says nothing of whether it answers; that it put back and verified what ran before does.
    const hostVerified = now.status === "failed" && now.failure?.step === "verify" && now.versionNow !== null;
    const isUp = now.status === "succeeded" || now.status === "put_back" || hostVerified;
    if (wasCounted && isUp) down.delete(target.instance);
    else if (!wasCounted && (countsAsDown(now) || draft.foundDown.has(target.instance))) down.add(target.instance);
  }
  return { baseline: load.baseline, down: [...down], changing: Math.max(changing, 0) };
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
