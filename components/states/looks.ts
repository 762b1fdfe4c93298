import {
  Ban,
  Check,
  CircleDashed,
  CircleHelp,
  Clock,
  Eye,
  Hand,
  LoaderCircle,
  type LucideIcon,
  Minus,
  PackageCheck,
  Pause,
  PowerOff,
  Replace,
  TriangleAlert,
  Undo2,
  Unplug,
  X,
} from "lucide-react";
import type { Tone } from "@/components/ui/chip";
import type { ActivationWire, InstanceInfoWire, RolloutTargetWire, RolloutWire } from "@/lib/api/contract";

/** How a state is drawn: the same everywhere. `moving`: something happens by itself, the icon turns. */
export interface Look {
  readonly tone: Tone;
  readonly icon: LucideIcon;
  readonly moving?: boolean;
}

export const ROLLOUT_LOOK: Record<RolloutWire["status"], Look> = {
  scheduled: { tone: "busy", icon: Clock },
  preparing: { tone: "busy", icon: LoaderCircle, moving: true },
  running: { tone: "busy", icon: LoaderCircle, moving: true },
  baking: { tone: "busy", icon: Eye },
  paused: { tone: "warn", icon: Pause },
  rolling_back: { tone: "warn", icon: Undo2 },
  succeeded: { tone: "ok", icon: Check },
  failed: { tone: "bad", icon: X },
  rolled_back: { tone: "warn", icon: Undo2 },
  cancelled: { tone: "off", icon: Ban },
  superseded: { tone: "off", icon: Replace },
};

export const TARGET_LOOK: Record<RolloutTargetWire["status"], Look> = {
  waiting: { tone: "off", icon: CircleDashed },
  staging: { tone: "busy", icon: LoaderCircle, moving: true },
  staged: { tone: "busy", icon: PackageCheck },
  switching: { tone: "busy", icon: LoaderCircle, moving: true },
  verifying: { tone: "busy", icon: Eye },
  succeeded: { tone: "ok", icon: Check },
  failed: { tone: "bad", icon: X },
  put_back: { tone: "warn", icon: Undo2 },
  skipped: { tone: "off", icon: Minus },
  taken_over: { tone: "off", icon: Replace },
  unknown: { tone: "warn", icon: CircleHelp },
};

export const INSTANCE_LOOK: Record<InstanceInfoWire["status"], Look> = {
  active: { tone: "ok", icon: Check },
  pending: { tone: "busy", icon: LoaderCircle, moving: true },
  error: { tone: "bad", icon: X },
};

export const VERSION_LOOK: Record<ActivationWire["status"], Look> = {
  active: { tone: "busy", icon: Check },
  stable: { tone: "ok", icon: Check },
  deprecated: { tone: "off", icon: Ban },
};

export const CONDITION_LOOK: Record<NonNullable<InstanceInfoWire["condition"]>, Look> = {
  process_down: { tone: "bad", icon: PowerOff },
  unhealthy: { tone: "bad", icon: X },
  host_unreachable: { tone: "bad", icon: Unplug },
  drift: { tone: "warn", icon: TriangleAlert },
  unknown: { tone: "warn", icon: CircleHelp },
  no_version_running: { tone: "bad", icon: Minus },
};

export const HOLD_LOOK: Look = { tone: "warn", icon: Hand };
