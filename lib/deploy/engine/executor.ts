/** Claims steps, whoever decided them, and does them side by side. */
import type { StepOutcome } from "../domain/step-outcome";
import type { Clock, Transport } from "../ports";
import type { ClaimedStep, RolloutStore } from "../ports/rollouts";
import { guardedTransport, LeaseLost } from "./guarded-transport";
import { HeldLeases, LEASE_MS, RENEW_MS } from "./lease-clock";
import { Loop, type OnProblem } from "./loop";
import { runStep, type StepRunnerPorts } from "./step-runner";
import { workerFailure } from "./worker-failure";

type ExecutorPorts = StepRunnerPorts & { readonly transport: Transport; readonly store: RolloutStore };

interface Done {
  readonly id: bigint;
  readonly leaseNo: bigint;
  readonly outcome: StepOutcome;
}

interface Running {
  readonly leaseNo: bigint;
  readonly controller: AbortController;
  /** Its host says that it is being verified, and nobody was told yet. */
  verifying: boolean;
}

/** So that workers that wake together share the steps of one large rollout. */
const CLAIMED_AT_ONCE = 16;

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
    // Hosts that hang have all hands: what goes back does not wait for them.
    const onlyBack = free <= 0;
    const wanted = Math.min(onlyBack ? free + this.slots : free, CLAIMED_AT_ONCE);
    if (wanted <= 0 || this.stopping) return;
    const askedAt = this.clock.monotonicMs();
    const steps = await this.store.claimSteps(this.owner, wanted, LEASE_MS, onlyBack);
    for (const step of steps) {
      this.held.hold(step.id, askedAt);
      this.begin(step);
    }
    if (steps.length === wanted) this.claiming.poke();
  }

  private begin(step: ClaimedStep): void {
    const controller = new AbortController();
    // Claimed again after its lease had run out here: what was under way is given up, its outcome would be dropped anyway.
    this.running.get(step.id)?.controller.abort();
    const own: Running = { leaseNo: step.leaseNo, controller, verifying: false };
    this.running.set(step.id, own);
    this.run(step, own).catch((error: unknown) => this.onProblem(`step ${step.kind} of ${step.instance}`, error));
  }

  private async run(step: ClaimedStep, own: Running): Promise<void> {
    const { signal } = own.controller;
    const onVerifying = () => {
      own.verifying = true;
      this.reporting.poke();
    };
    const transport = guardedTransport(this.ports.transport, () => !signal.aborted && this.held.isHeld(step.id));
    try {
      const outcome = await runStep({ ...this.ports, transport }, step, { signal, onVerifying });
      if (signal.aborted) return;
      this.finish(step, outcome);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof LeaseLost) return this.forget(step);
      // Not the host's word and not the package's: what became of it is unknown, and it is tried again a little later.
      this.finish(step, await this.ownFailure(step, error));
      throw error;
    }
  }

  private async ownFailure(step: ClaimedStep, error: unknown): Promise<StepOutcome> {
    const settings = await this.store.settings(step.service, step.input.goal.revision).catch((cause: unknown) => {
      this.onProblem(`settings of ${step.service}`, cause);
      return null;
    });
    return workerFailure(error, settings);
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
    this.done = [];
    try {
      await this.tellVerifying(new Set(batch.map((each) => each.id)));
      if (batch.length > 0) await this.store.finishSteps(this.owner, batch);
    } catch (error) {
      this.done = [...batch, ...this.done];
      throw error;
    }
    for (const each of batch) this.forget(each);
  }

  private async tellVerifying(ended: ReadonlySet<bigint>): Promise<void> {
    const under = [...this.running].filter(([, own]) => own.verifying);
    for (const [, own] of under) own.verifying = false;
    const marks = under.flatMap(([id, { leaseNo }]) => (ended.has(id) ? [] : [{ id, leaseNo }]));
    if (marks.length > 0) await this.store.markVerifying(this.owner, marks);
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
