/** Claims steps, whoever decided them, and does them side by side. */
import type { StepOutcome } from "../domain/step-outcome";
import type { Clock, Transport } from "../ports";
import type { ClaimedStep, RolloutStore } from "../ports/rollouts";
import { guardedTransport, LeaseLost } from "./guarded-transport";
import { HeldLeases, LEASE_MS, RENEW_MS } from "./lease-clock";
import { Loop, type OnProblem } from "./loop";
import { runStep, type StepRunnerPorts } from "./step-runner";

type ExecutorPorts = StepRunnerPorts & { readonly transport: Transport };

interface Done {
  readonly id: bigint;
  readonly leaseNo: bigint;
  readonly outcome: StepOutcome;
}

interface Running {
  readonly leaseNo: bigint;
  readonly controller: AbortController;
}

export class StepExecutor {
  private readonly running = new Map<bigint, Running>();
  private readonly held: HeldLeases<bigint>;
  private readonly claiming: Loop;
  private readonly renewing: Loop;
  private readonly reporting: Loop;
  private done: Done[] = [];
  private stopping = false;

  constructor(
    private readonly ports: ExecutorPorts,
    private readonly owner: string,
    private readonly slots: number,
    private readonly onProblem: OnProblem,
  ) {
    this.held = new HeldLeases(ports.clock);
    this.claiming = new Loop("claim steps", ports.clock, 1_000, () => this.claim(), onProblem);
    this.renewing = new Loop("renew steps", ports.clock, RENEW_MS, () => this.renew(), onProblem);
    this.reporting = new Loop("report steps", ports.clock, 60_000, () => this.report(), onProblem);
  }

  private get store(): RolloutStore {
    return this.ports.store;
  }

  private get clock(): Clock {
    return this.ports.clock;
  }

  start(): void {
    this.claiming.start();
    this.renewing.start();
    this.reporting.start();
  }

  poke(): void {
    this.claiming.poke();
  }

  /** Begins nothing more. What is under way on hosts goes on there; its steps are handed back for whoever comes next. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.claiming.stop();
    for (const { controller } of this.running.values()) controller.abort();
    await this.renewing.stop();
    await this.reporting.stop();
    await this.report();
    await this.store.releaseSteps(this.owner, [...this.running.keys()]);
  }

  private async claim(): Promise<void> {
    const free = this.slots - this.running.size;
    if (free <= 0 || this.stopping) return;
    const askedAt = this.clock.monotonicMs();
    const steps = await this.store.claimSteps(this.owner, free, LEASE_MS);
    for (const step of steps) {
      this.held.hold(step.id, askedAt);
      this.begin(step);
    }
    if (steps.length === free) this.claiming.poke();
  }

  private begin(step: ClaimedStep): void {
    const controller = new AbortController();
    // Claimed again after its lease had run out here: what was under way is given up, its outcome would be dropped anyway.
    this.running.get(step.id)?.controller.abort();
    this.running.set(step.id, { leaseNo: step.leaseNo, controller });
    this.run(step, controller.signal).catch((error: unknown) => this.onProblem(`step ${step.kind} of ${step.instance}`, error));
  }

  private async run(step: ClaimedStep, signal: AbortSignal): Promise<void> {
    const transport = guardedTransport(this.ports.transport, () => !signal.aborted && this.held.isHeld(step.id));
    try {
      const outcome = await runStep({ ...this.ports, transport }, step, signal);
      if (signal.aborted) return;
      this.finish(step, outcome);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof LeaseLost) return this.forget(step);
      // Not the host's word and not the package's: what became of it is unknown, and the host is asked again a little later.
      this.finish(step, { kind: "no_answer", reason: "the worker could not do it" });
      throw error;
    }
  }

  private finish(step: ClaimedStep, outcome: StepOutcome): void {
    this.done.push({ id: step.id, leaseNo: step.leaseNo, outcome });
    this.reporting.poke();
  }

  /** Nothing of the sort when the step has been claimed again since. */
  private forget({ id, leaseNo }: Pick<Done, "id" | "leaseNo">): void {
    if (this.running.get(id)?.leaseNo !== leaseNo) return;
    this.running.delete(id);
    this.held.drop(id);
    this.claiming.poke();
  }

  /** Outcomes that come in together are written together. */
  private async report(): Promise<void> {
    const batch = this.done;
    if (batch.length === 0) return;
    this.done = [];
    try {
      await this.store.finishSteps(this.owner, batch);
    } catch (error) {
      this.done = [...batch, ...this.done];
      throw error;
    }
    for (const each of batch) this.forget(each);
  }

  private async renew(): Promise<void> {
    const before = new Map(this.running);
    const ids = this.held.ids;
    if (ids.length === 0) return;
    const askedAt = this.clock.monotonicMs();
    const renewed = new Set(await this.store.renewSteps(this.owner, ids, LEASE_MS));
    for (const id of ids) {
      if (renewed.has(id)) this.held.hold(id, askedAt);
      else if (!this.done.some((each) => each.id === id)) {
        const own = before.get(id);
        // What was handed back and claimed again meanwhile is another lease.
        if (!own || this.running.get(id) !== own) continue;
        own.controller.abort();
        this.forget({ id, leaseNo: own.leaseNo });
      }
    }
  }
}
