/** `preparing`: the package is checked and releases are brought to their hosts, ahead of the waves. */

import { delayOf } from "./ask-again";
import { type Draft, wantedStep } from "./draft";
import type { Failure } from "./errors";
import { countedFailures, toleratedFailures } from "./failures";
import { isSettled, type Target } from "./rollout-state";
import { beginWave } from "./wave";
import type { World } from "./world";

/** Instances whose files are brought to their hosts at once. */
const PREPARED_AT_ONCE = 64;

export function prepare(draft: Draft, world: World): void {
  const { rollout } = draft;
  if (rollout.kind === "deployment" && !rollout.progress.packageReady) {
    if (world.packages.kind === "refused") return refusePackage(draft, world.packages.failure);
    if (world.packages.kind === "working") return;
    draft.progress({ packageReady: true });
    const { fetched } = world.packages;
    if (fetched) draft.event("package_checked", { sha256: fetched.sha256, size: fetched.size });
    draft.event("preparing", { hosts: new Set(draft.all.map((target) => target.host)).size });
  }
  let room = PREPARED_AT_ONCE - draft.all.filter((target) => target.status === "staging" && draft.isBusy(target.instance)).length;
  for (const target of draft.all) {
    if (room <= 0) return;
    if (target.status !== "waiting" && target.status !== "staging") continue;
    if (!target.holding || draft.isBusy(target.instance)) continue;
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

/** Their hosts are silent, others of the wave are ready, and it would go on if all of these failed. */
function canDoWithout({ rollout, all }: Draft, missing: readonly Target[]): boolean {
  if (missing.some((target) => target.memory.unanswered === 0)) return false;
  if (!all.some((target) => target.wave === 1 && target.status === "staged")) return false;
  const gone = new Set(missing.map((target) => target.instance));
  const then = all.map((target): Target => (gone.has(target.instance) ? { ...target, status: "failed" } : target));
  return countedFailures(rollout, then).length <= toleratedFailures(rollout, then);
}

/**
 * A deployment begins when its own first wave is ready, or all of it but hosts that have not answered and that it could do without; a
 * rollback when every host has said what runs there.
 */
export function startFirstWave(draft: Draft): void {
  const { kind } = draft.rollout;
  if (kind === "deployment" && !draft.rollout.progress.packageReady) return;
  const needed =
    kind === "rollback" ? draft.all.filter((target) => !target.memory.fenced) : draft.all.filter((target) => target.wave === 1);
  const missing = needed.filter((target) => target.holding && !isPrepared(target));
  if (missing.length > 0 && !(kind === "deployment" && canDoWithout(draft, missing))) return;
  draft.event("prepared", { instances: draft.all.filter((target) => target.status === "staged").length });
  draft.set({ startedAt: draft.rollout.startedAt ?? draft.now });
  draft.status("running");
  beginWave(draft, 1);
}
