import type { QueryClient } from "@tanstack/react-query";
import type { EventWire, RolloutTargetWire } from "@/lib/api/contract";
import { keys } from "../keys";

/** What an event says about its target. Evidence and versions come with the refresh that follows. */
const STATUS_AFTER: Readonly<Partial<Record<EventWire["code"], RolloutTargetWire["status"]>>> = {
  target_switching: "switching",
  target_verifying: "verifying",
  target_verified: "succeeded",
  target_unchanged: "succeeded",
  target_failed: "failed",
  target_putting_back: "switching",
  target_put_back: "put_back",
  target_stopping: "switching",
  target_stopped: "failed",
  target_kept: "failed",
  target_unknown: "unknown",
  target_worker_failed: "unknown",
  target_skipped: "skipped",
  target_taken_over: "taken_over",
  target_retried: "waiting",
};

/** Shows a target's new status at once; loading all targets of a large rollout takes longer than an eye should wait. */
export function patchTarget(client: QueryClient, event: EventWire): void {
  const status = STATUS_AFTER[event.code];
  if (status === undefined || event.rollout_id === null || event.instance_id === null) return;
  const { instance_id: instance } = event;
  client.setQueryData<readonly RolloutTargetWire[]>(keys.rollout.targets(event.rollout_id), (targets) =>
    targets?.map((target) => (target.instance_id === instance ? { ...target, status } : target)),
  );
}
