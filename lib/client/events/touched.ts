import type { QueryKey } from "@tanstack/react-query";
import type { EventWire } from "@/lib/api/contract";
import { keys } from "../keys";

type Code = EventWire["code"];
type Resource =
  | "rollout"
  | "targets"
  | "rollouts"
  | "takes_back"
  | "instance"
  | "instances"
  | "service"
  | "services"
  | "versions"
  | "preview"
  | "overview"
  | "hosts"
  | "changes";

/** What runs where has changed, or may: counts, bars, lists and plans made from it. */
const WHAT_RUNS = ["service", "services", "instances", "instance", "preview", "overview"] as const;
const PROGRESS = ["rollout", "overview"] as const;
const TURN = [...PROGRESS, "rollouts", "changes"] as const;
const TARGET = ["rollout", "targets", "hosts", ...WHAT_RUNS] as const;
const SERVICE = ["service", "services", "preview", "overview", "changes"] as const;
const FLEET_INSTANCE = [...WHAT_RUNS, "hosts", "changes"] as const;
const HOST = ["hosts", "overview", "changes"] as const;

const TOUCHES: Readonly<Record<Code, readonly Resource[]>> = {
  rollout_accepted: [...TURN, "targets", "takes_back", ...WHAT_RUNS],
  grace_skipped: TURN,
  rollout_undone: [...TURN, "targets", "takes_back", ...WHAT_RUNS],
  waits_for_instances: TURN,
  rollout_begun: TURN,
  package_checked: [...PROGRESS, "versions"],
  package_refused: TURN,
  preparing: [...TURN, "targets", ...WHAT_RUNS],
  prepared: [...PROGRESS, "targets"],
  package_sent_instead: ["rollout"],
  wave_started: [...PROGRESS, "targets"],
  target_switching: TARGET,
  target_verifying: ["targets"],
  target_verified: [...TARGET, "versions"],
  target_unchanged: TARGET,
  target_failed: [...TARGET, "versions"],
  target_putting_back: TARGET,
  target_put_back: [...TARGET, "versions"],
  target_stopping: TARGET,
  target_stopped: [...TARGET, "versions"],
  target_kept: TARGET,
  target_unknown: TARGET,
  target_worker_failed: TARGET,
  target_settled_late: [...TARGET, "versions", "changes"],
  target_skipped: TARGET,
  target_taken_over: TARGET,
  earlier_change_ended: [...TARGET, "versions"],
  target_retried: TARGET,
  baking: PROGRESS,
  baked: PROGRESS,
  bake_alarm: TURN,
  gate_reached: TURN,
  gate_opened: TURN,
  paused: TURN,
  resumed: TURN,
  held_back: TURN,
  hold_back_lifted: TURN,
  instances_taken_over: [...TURN, "targets", ...WHAT_RUNS],
  rolling_back: [...TURN, "targets"],
  aborting: TURN,
  min_healthy_waiting: PROGRESS,
  worker_took_over: PROGRESS,
  rollout_ended: [...TURN, "targets", "takes_back", "versions", "hosts", ...WHAT_RUNS],
  service_created: SERVICE,
  service_changed: SERVICE,
  service_deleted: SERVICE,
  service_held: [...SERVICE, "rollouts"],
  service_released: [...SERVICE, "rollouts"],
  settings_changed: SERVICE,
  instance_registered: FLEET_INSTANCE,
  instance_retired: FLEET_INSTANCE,
  instance_health_changed: FLEET_INSTANCE,
  instance_restarted: FLEET_INSTANCE,
  instance_drifted: FLEET_INSTANCE,
  instance_adopted: [...FLEET_INSTANCE, "versions"],
  instance_changed_by_hand: [...FLEET_INSTANCE, "versions"],
  version_bound: ["versions", "service", "services", "changes"],
  version_withdrawn: ["versions", "instance", "instances", "service", "services", "preview", "changes"],
  barrier_set: ["versions", "service", "services", "preview", "changes"],
  barrier_lifted: ["versions", "service", "services", "preview", "changes"],
  host_added: HOST,
  host_key_accepted: HOST,
  host_drained: HOST,
  host_opened: HOST,
  host_retired: HOST,
  host_unreachable: [...HOST, "instances", "services", "preview"],
  host_answers_again: [...HOST, "instances", "services", "preview"],
};

/** The query keys whose answers this event has made old, none of them twice. A rollout's log is not among them: it grows. */
export function keysTouchedBy(event: EventWire): readonly QueryKey[] {
  return [...new Set(TOUCHES[event.code])].flatMap((resource) => keysOf(resource, event));
}

function keysOf(resource: Resource, event: EventWire): readonly QueryKey[] {
  const { rollout_id: rollout, service, instance_id: instance } = event;
  switch (resource) {
    case "rollout":
      return rollout === null ? [] : [keys.rollout.detail(rollout)];
    case "targets":
      return rollout === null ? [] : [keys.rollout.targets(rollout)];
    case "takes_back": {
      const other = event.params.takes_back;
      return typeof other === "string" ? [keys.rollout.detail(other)] : [];
    }
    case "rollouts":
      return [keys.rollouts.all];
    case "instance":
      return instance === null ? [] : [keys.instance.all(instance)];
    case "instances":
      return service === null ? [] : [keys.service.allInstances(service)];
    case "service":
      return service === null ? [] : [keys.service.detail(service)];
    case "versions":
      return service === null ? [] : [keys.service.versions(service)];
    case "preview":
      return service === null ? [] : [keys.service.allPreviews(service)];
    case "services":
      return [keys.services.all];
    case "overview":
      return [keys.overview];
    case "hosts":
      return [keys.hosts];
    case "changes":
      return [keys.changes.all];
    default:
      return resource satisfies never;
  }
}
