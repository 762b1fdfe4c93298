/** Owns rollouts and decides on them, one decision at a time each. */
import { Draft } from "../domain/draft";
import { type Failure, SlipwayError } from "../domain/errors";
import { decide } from "../domain/machine";
import { decideSchedule } from "../domain/schedule";
import { begin } from "../domain/take-over";
import type { World } from "../domain/world";
import type { Clock, Packages } from "../ports";
import type { Claimed, DecisionFacts, RolloutStore } from "../ports/rollouts";
import { HeldLeases, LEASE_MS, RENEW_MS } from "./lease-clock";
import { Loop, type OnProblem } from "./loop";
import { packageFailureOf } from "./step-runner";
import { Turns } from "./turns";

export interface DriverPorts {
  readonly store: RolloutStore;
  readonly packages: Packages;
  readonly clock: Clock;
}

interface Owned {
  readonly claimed: Claimed;
  readonly loop: Loop;
  readonly abort: AbortController;
  /** Whose lease had run out; null once that is told, or when there was none. */
  lostBy: string | null;
  packages: World["packages"];
  fetching: boolean;
  /** By this machine's monotonic clock: a moment of the database's clock is waited for as a duration. */
  wakeAt: number | null;
}

/** Rollouts that one worker drives at once, unless told otherwise; rollbacks beyond them, since those wait for no deployment. */
const MOST_OWNED = 200;
/** Claimed at once, so that workers that wake together share what there is. */
const CLAIMED_AT_ONCE = 16;
/** Decisions at once: of many rollouts each has its turn, and leases are renewed meanwhile. */
const DECISIONS_AT_ONCE = 4;
/** Behind wake-ups and wake times, every rollout is looked at this often. */
const SLOW_LOOK_MS = 5_000;

export class RolloutDriver {
  private readonly owned = new Map<string, Owned>();
  private readonly held: HeldLeases<string>;
  private readonly turns = new Turns(DECISIONS_AT_ONCE);
  private readonly claiming: Loop;
  private readonly renewing: Loop;
  private readonly timing: Loop;

  constructor(
    private readonly ports: DriverPorts,
    private readonly owner: string,
    private readonly onProblem: OnProblem,
    private readonly mostOwned = MOST_OWNED,
  ) {
    this.held = new HeldLeases(ports.clock);
    this.claiming = new Loop("claim rollouts", ports.clock, 1_000, () => this.claim(), onProblem);
    this.renewing = new Loop("renew rollouts", ports.clock, RENEW_MS, () => this.renew(), onProblem);
    this.timing = new Loop("wake rollouts", ports.clock, 20, () => this.wakeDue(), onProblem);
  }

  start(): void {
    this.claiming.start();
    this.renewing.start();
    this.timing.start();
  }

  /** Something happened to this rollout, or to any when no id is given. One that nobody may own is asked for. */
  poke(id: string | null): void {
    if (id === null || !this.pokeOwn(id)) this.claiming.poke();
  }

  /** Steps of this rollout have outcomes: its owner's business alone. */
  pokeOwn(id: string): boolean {
    const own = this.owned.get(id);
    own?.loop.poke();
    return own !== undefined;
  }

  async stop(): Promise<void> {
    await Promise.all([this.claiming.stop(), this.timing.stop()]);
    for (const own of this.owned.values()) own.abort.abort();
    await Promise.all([...this.owned.values()].map((own) => own.loop.stop()));
    await this.renewing.stop();
    await this.ports.store.releaseRollouts(this.owner);
  }

  private async claim(): Promise<void> {
    const isFull = this.owned.size >= this.mostOwned;
    const room = isFull ? CLAIMED_AT_ONCE : Math.min(this.mostOwned - this.owned.size, CLAIMED_AT_ONCE);
    const askedAt = this.ports.clock.monotonicMs();
    const claims = await this.ports.store.claimRollouts(this.owner, room, LEASE_MS, isFull);
    if (claims.length === CLAIMED_AT_ONCE) this.claiming.poke();
    for (const claimed of claims) {
      // Its own again, after the lease had run out here: it begins anew.
      this.drop(claimed.id);
      this.held.hold(claimed.id, askedAt);
      this.take(claimed);
    }
  }

  private take(claimed: Claimed): void {
    const loop = new Loop(
      `rollout ${claimed.id}`,
      this.ports.clock,
      SLOW_LOOK_MS,
      () => this.turns.take(() => this.look(claimed.id)),
      this.onProblem,
    );
    this.owned.set(claimed.id, {
      claimed,
      lostBy: claimed.lostBy === this.owner ? null : claimed.lostBy,
      loop,
      abort: new AbortController(),
      packages: { kind: "working" },
      fetching: false,
      wakeAt: null,
    });
    loop.start();
  }

  private drop(id: string): void {
    const own = this.owned.get(id);
    if (!own) return;
    this.owned.delete(id);
    this.held.drop(id);
    own.abort.abort();
    // Not awaited: a rollout drops itself from inside its own loop.
    own.loop.stop().catch((error: unknown) => this.onProblem(`rollout ${id}`, error));
  }

  private async look(id: string): Promise<void> {
    const own = this.owned.get(id);
    if (!own || !this.held.isHeld(id)) return;
    const askedAt = this.ports.clock.monotonicMs();
    const result = await this.ports.store.decideOn(own.claimed, (facts) => this.tellTakeOver(own, this.decide(own, facts)));
    // Dropped meanwhile, or claimed anew: what this tells is of a lease that is no more.
    if (this.owned.get(id) !== own) return;
    if (result.kind === "decided") own.lostBy = null;
    if (result.kind === "lost" || result.ended) return this.drop(id);
    if (result.idle) {
      this.drop(id);
      return this.ports.store.releaseRollouts(this.owner, [id]);
    }
    // One decision after another keeps its row locked, and a renewal does not wait for that: each of them renews.
    this.held.hold(id, askedAt);
    own.wakeAt = result.wakeInMs === null ? null : this.ports.clock.monotonicMs() + result.wakeInMs;
  }

  /** The worker that drove it before let its lease run out. */
  private tellTakeOver(own: Owned, draft: Draft | "take_over"): Draft | "take_over" {
    if (draft !== "take_over" && own.lostBy !== null)
      draft.events.unshift({ code: "worker_took_over", params: { worker: this.owner }, instance: null, actor: null });
    return draft;
  }

  private decide(own: Owned, facts: DecisionFacts): Draft | "take_over" {
    const { rollout, targets, pending, now } = facts;
    if (rollout.status !== "scheduled") {
      if (rollout.kind === "deployment" && !rollout.progress.packageReady) this.preparePackage(own);
      return decide(rollout, targets, { ...facts, packages: own.packages });
    }
    const decision = decideSchedule(rollout, facts);
    switch (decision.kind) {
      case "take_over":
        return "take_over";
      case "begin":
        own.loop.poke();
        return begin(rollout, targets, facts.generations, now, facts.running, facts.owed);
      case "give_up": {
        const draft = new Draft(rollout, targets, now, pending);
        draft.end("cancelled", { code: "busy_too_long", params: { rollout: facts.busyWith[0] ?? null } });
        return draft;
      }
      case "wait": {
        const draft = new Draft(rollout, targets, now, pending);
        if (decision.for === "busy" && rollout.progress.busySince === null) {
          draft.progress({ busySince: now });
          draft.event("waits_for_instances", { rollouts: facts.busyWith });
        }
        return draft;
      }
      default:
        return decision satisfies never;
    }
  }

  /** Fetching is work of the owner's own: it may be done again by the next one, the store keeps each digest once. */
  private preparePackage(own: Owned): void {
    if (own.fetching || own.packages.kind !== "working") return;
    own.fetching = true;
    this.fetchPackage(own)
      .then((packages) => {
        own.packages = packages;
        own.loop.poke();
      })
      .catch((error: unknown) => {
        if (!own.abort.signal.aborted) this.onProblem(`package of ${own.claimed.id}`, error);
      })
      .finally(() => {
        own.fetching = false;
      });
  }

  private async fetchPackage(own: Owned): Promise<World["packages"]> {
    const { store, packages } = this.ports;
    const state = await store.packageOf(own.claimed.id);
    if (state.kind === "bound") return { kind: "ready" };
    const { wish } = state;
    try {
      const stored = await packages.fetch(wish.url, { expectSha256: wish.expectSha256, signal: own.abort.signal });
      await store.bindVersion(wish, stored);
      return { kind: "ready", fetched: { sha256: stored.sha256, size: stored.size } };
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      const failure: Failure = { step: "package", code: packageFailureOf(error), params: error.params, evidence: null };
      return { kind: "refused", failure };
    }
  }

  private async renew(): Promise<void> {
    const before = new Map(this.owned);
    if (before.size === 0) return;
    const askedAt = this.ports.clock.monotonicMs();
    const leases = await this.ports.store.renewRollouts(this.owner, [...before.keys()], LEASE_MS);
    const kept = new Set(leases.kept);
    for (const id of leases.renewed) this.held.hold(id, askedAt);
    // What was given up and claimed again meanwhile is another lease.
    for (const [id, own] of before) if (!kept.has(id) && this.owned.get(id) === own) this.drop(id);
  }

  private async wakeDue(): Promise<void> {
    const now = this.ports.clock.monotonicMs();
    for (const own of this.owned.values()) {
      if (own.wakeAt === null || own.wakeAt > now) continue;
      own.wakeAt = null;
      own.loop.poke();
    }
  }
}
