/**
 * What an owner knows of its rollout from one decision to the next. With it a decision costs what has changed since the last one; without
 * it, every instance of the rollout is read.
 */
import type { Draft } from "../../domain/draft";
import type { Claimed, Snapshot } from "../../ports/rollouts";

export interface Known {
  /** Of the row when this was known: everyone but the owner who changes the rollout raises it. */
  readonly rev: bigint;
  readonly snapshot: Snapshot;
}

/** Kept for as long as the owner keeps its claim: under another lease, number and object are others. */
export class OwnersMemory {
  private readonly known = new WeakMap<Claimed, Known>();

  /** Taken, not lent: a decision that fails, or whose commit is not known, leaves nothing behind. */
  take(claimed: Claimed): Known | null {
    const known = this.known.get(claimed) ?? null;
    this.known.delete(claimed);
    return known;
  }

  keep(claimed: Claimed, known: Known): void {
    this.known.set(claimed, known);
  }
}

/** The rows as this decision leaves them. */
export function snapshotAfter(draft: Draft): Snapshot {
  const pending = new Set(draft.pending);
  for (const instance of draft.voided) pending.delete(instance);
  for (const instance of draft.steps.keys()) pending.add(instance);
  return { rollout: draft.rollout, targets: draft.all, pending };
}
