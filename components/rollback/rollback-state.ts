import type { PlanWire } from "@/lib/api/contract";

/** After a change of what a click would do, clicks are ignored this long: the second half of a double-click hits nothing. */
export const INERT_MS = 700;

/**
 * What this page knows about the rollback that one button starts. `rollbackId` is the idempotency key: made before the first
 * click, kept through every retry, renewed only after a rollback of that id exists.
 */
export type RollbackState =
  | { readonly phase: "idle"; readonly rollbackId: string; readonly inertUntil: number }
  /** The plan stands open and asks: there are reasons to look, or the person asked to be asked. */
  | { readonly phase: "asking"; readonly rollbackId: string; readonly inertUntil: number }
  /** Facts changed since the plan was shown: nothing was started, the new plan asks. */
  | { readonly phase: "changed"; readonly rollbackId: string; readonly plan: PlanWire; readonly inertUntil: number }
  | { readonly phase: "sending"; readonly rollbackId: string }
  /** No answer came. Whether it was accepted is unknown; the same id makes a retry safe. */
  | { readonly phase: "unconfirmed"; readonly rollbackId: string; readonly inertUntil: number }
  | { readonly phase: "refused"; readonly rollbackId: string; readonly error: unknown; readonly inertUntil: number }
  /** It exists, and can be cancelled until `endsAt`. `knownAt`: the server's time (epoch ms) of the answer that said so. */
  | {
      readonly phase: "accepted";
      readonly rolloutId: string;
      readonly endsAt: number;
      readonly knownAt: number;
      readonly inertUntil: number;
    }
  | { readonly phase: "cancelling"; readonly rolloutId: string; readonly endsAt: number; readonly knownAt: number }
  | { readonly phase: "running"; readonly rolloutId: string; readonly knownAt: number; readonly inertUntil: number };

/** What the server says is under way: `endsAt` (viewer's clock) is null once the grace is over, `mine` = started by this tab. */
export interface UnderWay {
  readonly rolloutId: string;
  readonly endsAt: number | null;
  readonly mine: boolean;
}

export type RollbackEvent =
  | { readonly type: "pressed"; readonly now: number; readonly asks: boolean }
  | { readonly type: "confirmed"; readonly now: number }
  | { readonly type: "dismissed"; readonly now: number }
  | { readonly type: "retried"; readonly now: number }
  | { readonly type: "answered"; readonly now: number; readonly knownAt: number; readonly underWay: UnderWay }
  | { readonly type: "unanswered"; readonly now: number }
  | { readonly type: "plan_changed"; readonly now: number; readonly plan: PlanWire }
  | { readonly type: "refused"; readonly now: number; readonly error: unknown }
  | { readonly type: "cancel_pressed"; readonly now: number }
  | { readonly type: "cancelled"; readonly now: number; readonly nextId: string }
  /** The grace was over before the cancellation arrived, or it could not be delivered: within the grace it may be tried again. */
  | { readonly type: "cancel_failed"; readonly now: number }
  /** The server's state of things, written at `knownAt` (server's clock). `nextId` is used when a rollback is over. */
  | {
      readonly type: "told";
      readonly now: number;
      readonly knownAt: number;
      readonly underWay: UnderWay | null;
      readonly nextId: string;
    };

export function idle(rollbackId: string): RollbackState {
  return { phase: "idle", rollbackId, inertUntil: 0 };
}

/** Whether a click counts now. */
export function isInert(state: RollbackState, now: number): boolean {
  return !("inertUntil" in state) || now < state.inertUntil;
}

/** The next state; the same one where the event means nothing in it. Pure: times are of the viewer's clock, epoch ms. */
export function reduceRollback(state: RollbackState, event: RollbackEvent): RollbackState {
  const inertUntil = event.now + INERT_MS;
  switch (event.type) {
    case "pressed":
      if (state.phase !== "idle" || isInert(state, event.now)) return state;
      return event.asks
        ? { phase: "asking", rollbackId: state.rollbackId, inertUntil }
        : { phase: "sending", rollbackId: state.rollbackId };
    case "confirmed":
      if ((state.phase !== "asking" && state.phase !== "changed") || isInert(state, event.now)) return state;
      return { phase: "sending", rollbackId: state.rollbackId };
    case "dismissed":
      if (state.phase !== "asking" && state.phase !== "changed" && state.phase !== "refused") return state;
      return { phase: "idle", rollbackId: state.rollbackId, inertUntil };
    case "retried":
      if (state.phase !== "unconfirmed" || isInert(state, event.now)) return state;
      return { phase: "sending", rollbackId: state.rollbackId };
    case "answered":
      return state.phase === "sending" ? exists(event.underWay, event.knownAt, event.now) : state;
    case "unanswered":
      return state.phase === "sending" ? { phase: "unconfirmed", rollbackId: state.rollbackId, inertUntil } : state;
    case "plan_changed":
      return state.phase === "sending" ? { phase: "changed", rollbackId: state.rollbackId, plan: event.plan, inertUntil } : state;
    case "refused":
      return state.phase === "sending"
        ? { phase: "refused", rollbackId: state.rollbackId, error: event.error, inertUntil }
        : state;
    case "cancel_pressed":
      if (state.phase !== "accepted" || isInert(state, event.now) || event.now >= state.endsAt) return state;
      return { phase: "cancelling", rolloutId: state.rolloutId, endsAt: state.endsAt, knownAt: state.knownAt };
    case "cancelled":
      return state.phase === "cancelling" ? { phase: "idle", rollbackId: event.nextId, inertUntil } : state;
    case "cancel_failed":
      if (state.phase !== "cancelling") return state;
      return exists({ rolloutId: state.rolloutId, endsAt: state.endsAt, mine: true }, state.knownAt, event.now);
    case "told":
      return event.underWay === null
        ? afterNothing(state, event.knownAt, event.nextId, event.now)
        : afterUnderWay(state, event.underWay, event.knownAt, event.now);
    default:
      return event satisfies never;
  }
}

/** A rollback exists: within its grace it can be cancelled where it was started, else it is watched. */
function exists({ rolloutId, endsAt, mine }: UnderWay, knownAt: number, now: number): RollbackState {
  const inertUntil = now + INERT_MS;
  return mine && endsAt !== null && endsAt > now
    ? { phase: "accepted", rolloutId, endsAt, knownAt, inertUntil }
    : { phase: "running", rolloutId, knownAt, inertUntil };
}

function afterUnderWay(state: RollbackState, underWay: UnderWay, knownAt: number, now: number): RollbackState {
  if (state.phase === "sending" || state.phase === "cancelling") return state;
  if ((state.phase === "accepted" || state.phase === "running") && state.knownAt > knownAt) return state;
  const next = exists(underWay, knownAt, now);
  const same =
    (state.phase === "accepted" || state.phase === "running") &&
    state.phase === next.phase &&
    state.rolloutId === underWay.rolloutId;
  return same ? state : next;
}

/** Only an answer written after the rollback was accepted can say that it is over. */
function afterNothing(state: RollbackState, knownAt: number, nextId: string, now: number): RollbackState {
  if (state.phase !== "accepted" && state.phase !== "running") return state;
  return knownAt > state.knownAt ? { phase: "idle", rollbackId: nextId, inertUntil: now + INERT_MS } : state;
}
