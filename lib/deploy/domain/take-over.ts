/**
 * A rollback whose grace is over takes its instances from the rollouts that have them. Source: docs/rollouts.md, "Who wins".
 */
import { Draft, untoldChange } from "./draft";
import { FRESH_PROGRESS, type InFlight, isSettled, type Release, type Rollout, type Target } from "./rollout-state";

export interface Overlapped {
  readonly rollout: Rollout;
  readonly targets: readonly Target[];
  readonly pending: ReadonlySet<string>;
}

export interface TakeOver {
  readonly taker: Draft;
  readonly overlapped: readonly Draft[];
}

/** Changes of rollouts that have ended without knowing how these ended: instance → the change. */
export type Owed = ReadonlyMap<string, InFlight>;
const NOTHING_OWED: Owed = new Map();

/** `generations`: the present generation of every instance of the rollback; its targets get the next one. */
export function takeOver(
  rollback: Overlapped,
  others: readonly Overlapped[],
  generations: ReadonlyMap<string, number>,
  now: number,
  owed: Owed = NOTHING_OWED,
): TakeOver {
  const taker = new Draft(rollback.rollout, rollback.targets, now, rollback.pending);
  // What it has lost itself to a later rollback, while it was scheduled, it takes from nobody.
  const mine = new Set(taker.all.filter((target) => !isSettled(target.status)).map((target) => target.instance));
  const drafts = others
    .filter((other) => other.targets.some((target) => mine.has(target.instance) && (target.holding || !isSettled(target.status))))
    .map((other) => {
      const draft = new Draft(other.rollout, other.targets, now, other.pending);
      giveUp(draft, mine, taker);
      return draft;
    });
  hold(taker, generations, owed);
  taker.set({ scheduledUntil: null, progress: { ...FRESH_PROGRESS, packageReady: true } });
  taker.status("preparing");
  taker.event("rollout_begun", { count: mine.size });
  if (drafts.length > 0)
    taker.event("instances_taken_over", { count: mine.size, rollouts: drafts.map((draft) => draft.rollout.id) });
  return { taker, overlapped: drafts };
}

/**
 * A target that is settled from the first (an instance without a version in a restart) holds nothing. What is still owed to an instance is
 * its new holder's to ask for, before its own change begins: whoever owes it tells nothing over what the new one does.
 */
function hold(draft: Draft, generations: ReadonlyMap<string, number>, owed: Owed): void {
  for (const target of draft.all.filter((each) => !isSettled(each.status))) {
    const { instance } = target;
    const change = target.memory.inFlight === null ? owed.get(instance) : undefined;
    const { expect } = target.memory;
    const memory = change && { inFlight: change, expect: expect === null ? null : [...expect, change.to] };
    draft.target(instance, { holding: true, generation: (generations.get(instance) ?? 0) + 1, ...(memory && { memory }) });
  }
}

function giveUp(draft: Draft, taken: ReadonlySet<string>, taker: Draft): void {
  const by = taker.rollout.id;
  for (const target of draft.all) {
    if (!taken.has(target.instance)) continue;
    draft.void(target.instance);
    passOn(target, draft.rollout, taker);
    // What it verified is not its own any more either: its result lists only what still runs there.
    if (isSettled(target.status) && target.status !== "succeeded") {
      draft.target(target.instance, { holding: false });
    } else {
      draft.target(target.instance, { status: "taken_over", holding: false, endedAt: draft.now });
      draft.event("target_taken_over", { instance: target.instance, by }, target.instance);
    }
  }
  draft.set({ supersededBy: by, heldBy: draft.rollout.heldBy === by ? null : draft.rollout.heldBy });
  const replaced = { code: "replaced", params: { by } };
  if (taker.rollout.takesBack === draft.rollout.id) return draft.end("superseded", replaced);
  const unfinished = draft.all.some((target) => !isSettled(target.status));
  if (!unfinished) return draft.end("superseded", replaced);
  if (draft.rollout.status === "rolling_back" || draft.rollout.progress.aborting || draft.rollout.progress.stopping) return;
  draft.pause({ code: "taken_over_in_part", params: { by } });
  draft.set({ statusReason: { code: "taken_over_in_part", params: { by } } });
}

/**
 * The new holder learns which change was under way: it asks the host how that one ended, before its own begins. Whatever the other
 * one brought, now or since the rollback was accepted, is no surprise to it.
 */
function passOn(target: Target, rollout: Rollout, taker: Draft): void {
  const own = taker.targets.get(target.instance);
  const untold = untoldChange(rollout, target);
  if (!own || (untold === null && !target.holding)) return;
  const inFlight = untold === null ? own.memory.inFlight : { ...untold, own: false };
  const allowed: readonly Release[] = [...(target.from ? [target.from] : []), target.to];
  const expect = own.memory.expect === null ? null : [...own.memory.expect, ...allowed];
  taker.target(target.instance, { memory: { inFlight, expect } });
}

/**
 * The hold of a deployment on its instances, at the end of `scheduled`. `running`: what the record says now, where it was asked; since
 * the deployment was accepted another one may have changed an instance, and a put-back leads to what runs when the change begins.
 */
export function begin(
  rollout: Rollout,
  targets: readonly Target[],
  generations: ReadonlyMap<string, number>,
  now: number,
  running: ReadonlyMap<string, Release | null> = new Map(),
  owed: Owed = NOTHING_OWED,
): Draft {
  const draft = new Draft(rollout, targets, now);
  hold(draft, generations, owed);
  for (const target of draft.all) {
    const runs = running.get(target.instance);
    if (runs !== undefined && target.holding) draft.target(target.instance, { from: runs });
  }
  draft.set({ scheduledUntil: null });
  draft.progress({ busySince: null });
  draft.status("preparing");
  draft.event("rollout_begun", { count: draft.all.filter((target) => target.holding).length });
  return draft;
}
