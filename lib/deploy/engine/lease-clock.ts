import type { Clock } from "../ports";

/** How long a lease lasts in the database's time; it is renewed at a third of that, and that of a rollout by each decision as well. */
export const LEASE_MS = 6_000;
export const RENEW_MS = LEASE_MS / 3;
/** This much earlier a worker stops trusting a lease by its own monotonic clock, so that nothing begins at its very end. */
const MARGIN_MS = 1_000;

/**
 * What this worker holds, judged by its own monotonic clock: a lease counts from before it was asked for, and one whose renewal did not
 * reach the database is not renewed. Nothing is begun on a host without asking here first.
 */
export class HeldLeases<Id> {
  private readonly until = new Map<Id, number>();

  constructor(private readonly clock: Clock) {}

  /** `askedAt`: `monotonicMs` from before the claim, the renewal or the decision was sent. */
  hold(id: Id, askedAt: number): void {
    const until = askedAt + LEASE_MS - MARGIN_MS;
    // A long decision's answer may come after that of a renewal that was sent later.
    this.until.set(id, Math.max(until, this.until.get(id) ?? until));
  }

  drop(id: Id): void {
    this.until.delete(id);
  }

  isHeld(id: Id): boolean {
    return (this.until.get(id) ?? Number.NEGATIVE_INFINITY) > this.clock.monotonicMs();
  }

  get ids(): readonly Id[] {
    return [...this.until.keys()];
  }
}
