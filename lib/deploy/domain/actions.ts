/**
 * What a person may do with a rollout now, and what it does.
 *
 * | action      | allowed in                                              | does |
 * |-------------|---------------------------------------------------------|------|
 * | `start_now` | scheduled                                               | ends the grace or the start time |
 * | `undo`      | scheduled                                               | it never was: `cancelled` |
 * | `pause`     | preparing, running, baking                              | begins nothing more |
 * | `resume`    | paused by a person, failures, starvation, take-over     | goes on; failures so far are accepted |
 * | `promote`   | paused at the gate that is named                        | opens it |
 * | `retry`     | paused with failed targets; ended without all verified  | tries them again; ended: a new rollout |
 * | `abort`     | every live state                                        | begins nothing more, settles, reverses nothing: `cancelled` |
 */
import { Draft, untoldChange } from "./draft";
import { SlipwayError } from "./errors";
import { countedFailures } from "./failures";
import type { Rollout, Target } from "./rollout-state";
import { hasEnded, type RolloutAction, type TargetStatus } from "./statuses";
import { openGate, promoteInto } from "./wave";

export interface ActionFacts {
  readonly kind: Rollout["kind"];
  readonly status: Rollout["status"];
  readonly statusReason: Rollout["statusReason"];
  readonly heldBy: string | null;
  /** It ends already, by a person's abort or by `on_failure: stop`. */
  readonly aborting: boolean;
  readonly counts: Readonly<Partial<Record<TargetStatus, number>>>;
  /** The service is held: deployments do not go on. */
  readonly serviceHeld: boolean;
}

export function allowedActions(facts: ActionFacts): readonly RolloutAction[] {
  const stopped = facts.kind === "deployment" && (facts.serviceHeld || facts.heldBy !== null);
  const failed = (facts.counts.failed ?? 0) + (facts.counts.unknown ?? 0);
  switch (facts.status) {
    case "scheduled":
      return stopped ? ["undo", "abort"] : ["start_now", "undo", "abort"];
    case "preparing":
    case "running":
    case "baking":
      return facts.aborting ? [] : ["pause", "abort"];
    case "paused": {
      if (facts.aborting) return [];
      if (stopped) return ["abort"];
      const on: RolloutAction[] = facts.statusReason?.code === "gate" ? ["promote"] : ["resume"];
      return failed > 0 ? [...on, "retry", "abort"] : [...on, "abort"];
    }
    case "rolling_back":
      return facts.aborting ? [] : ["abort"];
    case "succeeded":
      return failed > 0 && !stopped ? ["retry"] : [];
    case "failed":
    case "rolled_back":
    case "cancelled":
    case "superseded":
      return stopped ? [] : ["retry"];
    default:
      return facts.status satisfies never;
  }
}

export function actionFactsOf(rollout: Rollout, targets: Iterable<Target>, serviceHeld: boolean): ActionFacts {
  const counts: Partial<Record<TargetStatus, number>> = {};
  for (const target of targets) counts[target.status] = (counts[target.status] ?? 0) + 1;
  const { kind, status, statusReason, heldBy, progress } = rollout;
  return { kind, status, statusReason, heldBy, aborting: progress.aborting || progress.stopping, counts, serviceHeld };
}

/** An action on a live rollout. Throws `invalid_transition` where it is not allowed. `retry` of an ended one is a new rollout, not this. */
export function act(
  rollout: Rollout,
  targets: Iterable<Target>,
  action: RolloutAction,
  by: string,
  options: {
    readonly now: number;
    readonly serviceHeld: boolean;
    readonly wave: number | null;
    readonly pending: ReadonlySet<string>;
  },
): Draft {
  const draft = new Draft(rollout, targets, options.now, options.pending);
  const allowed = allowedActions(actionFactsOf(rollout, draft.all, options.serviceHeld));
  const refuse = () => new SlipwayError("invalid_transition", { action, status: rollout.status, rollout: rollout.id });
  if (!allowed.includes(action)) throw refuse();
  switch (action) {
    case "start_now":
      draft.set({ scheduledUntil: options.now });
      draft.event("grace_skipped", { by }, null, by);
      return draft;
    case "undo":
      draft.event("rollout_undone", { by }, null, by);
      draft.end("cancelled", { code: "undone", params: { by } });
      return draft;
    case "pause":
      draft.pause({ code: "by_person", params: { by } });
      return draft;
    case "resume":
      draft.progress({ accepted: countedFailures(rollout, draft.all).length, starvedSince: null });
      goOn(draft, by);
      return draft;
    case "promote": {
      const gate = openGate(rollout);
      if (gate === null || gate !== options.wave) throw refuse();
      draft.event("gate_opened", { wave: gate, by }, null, by);
      promoteInto(draft, gate);
      return draft;
    }
    case "retry":
      if (hasEnded(rollout.status)) throw refuse();
      for (const target of draft.all)
        if (target.holding && (target.status === "failed" || target.status === "unknown")) retry(draft, target, by);
      // Not into the bake: those that are tried again are changed first, then their wave is watched anew.
      draft.progress({
        accepted: countedFailures(rollout, draft.all).length,
        resumeTo: rollout.progress.resumeTo === "baking" ? "running" : rollout.progress.resumeTo,
      });
      goOn(draft, by);
      return draft;
    case "abort":
      abort(draft, by);
      return draft;
    default:
      return action satisfies never;
  }
}

function goOn(draft: Draft, by: string): void {
  draft.status(draft.rollout.progress.resumeTo ?? "running");
  draft.progress({ resumeTo: null });
  for (const target of draft.all)
    if (target.status === "staging") draft.target(target.instance, { memory: { since: draft.now } });
  draft.event("resumed", { by }, null, by);
}

/**
 * A new attempt. What runs now was put back by its host, or is not known: the host is asked before anything is switched. The failure
 * stays told until the new attempt has come to something.
 */
function retry(draft: Draft, target: Target, by: string): void {
  draft.anew(target, { memory: { inFlight: untoldChange(draft.rollout, target), runsNew: target.memory.runsNew } });
  draft.event("target_retried", { instance: target.instance, by }, target.instance, by);
}

function abort(draft: Draft, by: string): void {
  const reason = { code: "aborted", params: { by } };
  draft.event("aborting", { by }, null, by);
  draft.progress({ aborting: true });
  if (draft.rollout.status === "scheduled" || draft.rollout.status === "preparing") return draft.end("cancelled", reason);
  // A pause is over: what is in flight settles, then it ends.
  const status = draft.rollout.status === "paused" ? "running" : draft.rollout.status;
  draft.status(status, reason);
}
