import {
  Ban,
  Check,
  CircleHelp,
  CirclePlus,
  Dot,
  Eye,
  Hand,
  type LucideIcon,
  Pause,
  Play,
  Replace,
  RotateCcw,
  ShieldAlert,
  TriangleAlert,
  Undo2,
  Unplug,
  X,
} from "lucide-react";
import type { Tone } from "@/components/ui/chip";
import type { EventWire } from "@/lib/api/contract";

export interface EventLook {
  readonly tone: Tone;
  readonly icon: LucideIcon;
}

const PLAIN: EventLook = { tone: "off", icon: Dot };
const GOOD: EventLook = { tone: "ok", icon: Check };
const BAD: EventLook = { tone: "bad", icon: X };
const BACK: EventLook = { tone: "warn", icon: Undo2 };

const LOOKS: Readonly<Partial<Record<EventWire["code"], EventLook>>> = {
  package_checked: GOOD,
  package_refused: BAD,
  prepared: GOOD,
  target_verified: GOOD,
  target_failed: BAD,
  target_putting_back: BACK,
  target_put_back: BACK,
  target_stopping: BACK,
  target_stopped: BAD,
  target_kept: { tone: "warn", icon: TriangleAlert },
  target_unknown: { tone: "warn", icon: CircleHelp },
  target_worker_failed: { tone: "warn", icon: CircleHelp },
  target_taken_over: { tone: "off", icon: Replace },
  baking: { tone: "busy", icon: Eye },
  baked: GOOD,
  bake_alarm: { tone: "bad", icon: TriangleAlert },
  gate_reached: { tone: "warn", icon: Hand },
  gate_opened: { tone: "busy", icon: Play },
  paused: { tone: "warn", icon: Pause },
  resumed: { tone: "busy", icon: Play },
  held_back: { tone: "warn", icon: Hand },
  instances_taken_over: { tone: "warn", icon: Replace },
  rolling_back: BACK,
  rollout_undone: { tone: "off", icon: Ban },
  aborting: { tone: "off", icon: Ban },
  min_healthy_waiting: { tone: "warn", icon: Hand },
  service_created: { tone: "off", icon: CirclePlus },
  service_held: { tone: "warn", icon: Hand },
  instance_restarted: { tone: "warn", icon: RotateCcw },
  instance_drifted: { tone: "warn", icon: TriangleAlert },
  version_withdrawn: { tone: "warn", icon: Ban },
  barrier_set: { tone: "warn", icon: ShieldAlert },
  host_unreachable: { tone: "bad", icon: Unplug },
  host_answers_again: GOOD,
};

const ENDED: Readonly<Record<string, EventLook>> = { succeeded: GOOD, failed: BAD, rolled_back: BACK };

/** How an event is drawn: an end by how it ended, health by whether it answers, everything else by its code. */
export function eventLook(event: Pick<EventWire, "code" | "params">): EventLook {
  if (event.code === "rollout_ended") return ENDED[String(event.params.status)] ?? { tone: "off", icon: Ban };
  if (event.code === "instance_health_changed") return event.params.healthy === true ? GOOD : BAD;
  return LOOKS[event.code] ?? PLAIN;
}
