/** What happens while nobody reports anything: instances fall over, time runs out. */
import type { Draft } from "./draft";
import { endUnknown, isInFlight } from "./ending";
import type { Failure, Params } from "./errors";
import { fail } from "./fold";
import { wantsReversal } from "./judging";
import { isSettled, type Target } from "./rollout-state";
import type { World } from "./world";

/** An instance that falls over in its own wave's bake has failed, also when its host started it again at once; one of an earlier wave is an alarm and a pause. */
export function noticeFallen(draft: Draft, { fallen, restarted }: Pick<World, "fallen" | "restarted">): void {
  const { kind, progress, status } = draft.rollout;
  if (kind !== "deployment" || progress.reversed || progress.aborting || progress.stopping) return;
  if (status !== "baking" && status !== "running") return;
  for (const [instance, at] of fallen) {
    const target = draft.targets.get(instance);
    if (target?.status !== "succeeded" || !target.changed || !target.holding || at < (target.endedAt ?? 0)) continue;
    if (target.wave === progress.wave) {
      const code = restarted.has(instance) ? "restarted" : "fell_over_in_bake";
      const failure: Failure = { step: "bake", code, params: { wave: progress.wave }, evidence: null };
      draft.target(instance, { status: "failed", failure, endedAt: draft.now, memory: { runsNew: true } });
      draft.event(
        "target_failed",
        { instance, code: failure.code, version: target.to.version, version_now: target.to.version },
        instance,
      );
    } else if (!progress.alarmed.includes(instance)) {
      draft.progress({ alarmed: [...draft.rollout.progress.alarmed, instance] });
      const how: Params = restarted.has(instance) ? { restarted: true } : {};
      draft.event("bake_alarm", { instance, wave: target.wave, ...how }, instance);
      draft.pause({ code: "bake_alarm", params: { instance, ...how } });
    }
  }
}

/** Staging has its own limit (which a pause does not use up), and so has the wait for a host that cannot be asked. */
export function giveUpOnTime(draft: Draft): void {
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
