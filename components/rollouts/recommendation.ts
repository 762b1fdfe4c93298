import type { Tone } from "@/components/ui/chip";
import type { RolloutWire } from "@/lib/api/contract";

type Action = RolloutWire["allowed_actions"][number];

/** What the page's banner says: how the rollout stands, and what a person best does next. */
export interface Standing {
  readonly tone: Tone;
  /** Key of the advice in `rollouts.advice`, null when there is nothing to decide. */
  readonly advice: "roll_back" | "promote" | "resume" | "start" | "look" | "retry" | "again" | null;
  /** Actions that stand in the banner, the recommended one first; the rest stand in the header. */
  readonly actions: readonly Action[];
}

const TONES: Readonly<Record<RolloutWire["status"], Tone>> = {
  scheduled: "busy",
  preparing: "busy",
  running: "busy",
  baking: "busy",
  paused: "warn",
  rolling_back: "warn",
  succeeded: "ok",
  failed: "bad",
  rolled_back: "warn",
  cancelled: "off",
  superseded: "off",
};

/** Reasons of a pause that mean that something went wrong, rather than that somebody wanted to wait. */
const WENT_WRONG = ["failures_exceeded", "bake_alarm", "barrier", "rollback_incomplete"];

/**
 * The standing of a rollout. `canTakeBack`: one click would take back this very rollout now. Only ever offers what
 * `allowed_actions` names.
 */
export function standingOf(
  rollout: Pick<RolloutWire, "status" | "status_reason" | "kind" | "allowed_actions">,
  canTakeBack: boolean,
): Standing {
  const may = (...actions: readonly Action[]) => actions.filter((action) => rollout.allowed_actions.includes(action));
  const tone = TONES[rollout.status];
  switch (rollout.status) {
    case "scheduled":
      return { tone, advice: "start", actions: may("start_now", "undo") };
    case "paused": {
      const wrong = WENT_WRONG.includes(rollout.status_reason?.code ?? "");
      if (!wrong && rollout.allowed_actions.includes("promote"))
        return { tone, advice: "promote", actions: may("promote", "abort") };
      if (!wrong) return { tone, advice: "resume", actions: may("resume", "abort") };
      return rollout.kind === "deployment" && canTakeBack
        ? { tone: "bad", advice: "roll_back", actions: may("retry", "resume", "abort") }
        : { tone: "bad", advice: "retry", actions: may("retry", "resume", "abort") };
    }
    case "failed":
      return {
        tone,
        advice: canTakeBack ? "roll_back" : rollout.allowed_actions.includes("retry") ? "retry" : "look",
        actions: may("retry"),
      };
    case "rolled_back":
      return { tone, advice: "look", actions: may("retry") };
    case "succeeded":
      return { tone, advice: rollout.kind === "rollback" ? "again" : null, actions: [] };
    default:
      return { tone, advice: null, actions: [] };
  }
}
