/** Settles what is owed: asks hosts that could not be asked, for ever, with back-off. Several side by side: one that hangs keeps no other. */
import { type Clock, HostUnreachable, type Packages, type ReleaseLinks, StaleGeneration, type Transport } from "../ports";
import type { Debt, ObservationStore, Settlement } from "../ports/observations";
import { findSettlement } from "./debts";
import { guardedTransport, LeaseLost } from "./guarded-transport";
import { HeldLeases, LEASE_MS, RENEW_MS } from "./lease-clock";
import { Loop, type OnProblem } from "./loop";

export interface ReconcilerPorts {
  readonly observations: ObservationStore;
  readonly transport: Transport;
  readonly packages: Packages;
  readonly links: ReleaseLinks;
  readonly clock: Clock;
}

const DEBTS_AT_ONCE = 16;

export class Reconciler {
  private readonly running = new Map<bigint, { readonly abort: AbortController; readonly end: Promise<void> }>();
  private readonly held: HeldLeases<bigint>;
  private readonly claiming: Loop;
  private readonly renewing: Loop;

  constructor(
    private readonly ports: ReconcilerPorts,
    private readonly onProblem: OnProblem,
  ) {
    this.held = new HeldLeases(ports.clock);
    this.claiming = new Loop("reconcile", ports.clock, 1_000, () => this.claim(), onProblem);
    this.renewing = new Loop("renew debts", ports.clock, RENEW_MS, () => this.renew(), onProblem);
  }

  start(): void {
    this.claiming.start();
    this.renewing.start();
  }

  /** Begins nothing more. What is under way on hosts goes on there; the debts are given back for whoever asks next. */
  async stop(): Promise<void> {
    await Promise.all([this.claiming.stop(), this.renewing.stop()]);
    const left = [...this.running];
    for (const [, { abort }] of left) abort.abort();
    await Promise.all(left.map(([, { end }]) => end));
    if (left.length > 0) await this.ports.observations.releaseDebts(left.map(([id]) => id));
  }

  private async claim(): Promise<void> {
    const free = DEBTS_AT_ONCE - this.running.size;
    if (free <= 0) return;
    const askedAt = this.ports.clock.monotonicMs();
    for (const debt of await this.ports.observations.claimDebts(free, LEASE_MS)) {
      // Claimed again after its lease had run out here: what was under way is given up.
      this.running.get(debt.id)?.abort.abort();
      this.held.hold(debt.id, askedAt);
      const abort = new AbortController();
      this.running.set(debt.id, { abort, end: this.work(debt, abort) });
    }
  }

  private async work(debt: Debt, own: AbortController): Promise<void> {
    try {
      await this.settle(debt, own.signal);
    } catch (error) {
      if (!own.signal.aborted && !(error instanceof LeaseLost)) this.onProblem(`debt of ${debt.instance}`, error);
    } finally {
      if (this.running.get(debt.id)?.abort === own) {
        this.running.delete(debt.id);
        this.held.drop(debt.id);
      }
      if (!own.signal.aborted) this.claiming.poke();
    }
  }

  private async settle(debt: Debt, signal: AbortSignal): Promise<void> {
    const { observations, packages, links } = this.ports;
    const isHeld = () => !signal.aborted && this.held.isHeld(debt.id);
    const transport = guardedTransport(this.ports.transport, isHeld);
    let settlement: Settlement | null = null;
    try {
      settlement = await findSettlement({ observations, packages, links, transport }, debt, signal);
    } catch (error) {
      if (error instanceof LeaseLost || signal.aborted) throw error;
      if (error instanceof StaleGeneration) settlement = { kind: "newer" };
      else if (!(error instanceof HostUnreachable)) this.onProblem(`debt of ${debt.instance}`, error);
    }
    if (settlement !== null) await observations.settleDebt(debt, settlement);
    else if (isHeld()) await observations.postponeDebt(debt);
  }

  private async renew(): Promise<void> {
    const mine = this.held.ids.filter((id) => this.held.isHeld(id));
    if (mine.length === 0) return;
    const askedAt = this.ports.clock.monotonicMs();
    const renewed = await this.ports.observations.renewDebts(mine, LEASE_MS);
    for (const id of renewed) if (this.running.has(id)) this.held.hold(id, askedAt);
  }
}
