/** Settles what is owed: asks hosts that could not be asked, for ever, with back-off. */
import type { Failure } from "../domain/errors";
import { type Clock, HostUnreachable, type InstanceReport, type Packages, StaleGeneration, type Transport } from "../ports";
import type { Debt, ObservationStore, Settlement } from "../ports/observations";
import { Loop, type OnProblem } from "./loop";
import { openRelease } from "./open-release";
import { endOf, outcomeOf } from "./step-runner";

export interface ReconcilerPorts {
  readonly observations: ObservationStore;
  readonly transport: Transport;
  readonly packages: Packages;
  readonly clock: Clock;
}

const DEBTS_AT_ONCE = 16;
/** Longer than any change takes: a debt is worked on by one worker at a time, and the host's generation guards the rest. */
const DEBT_LEASE_MS = 300_000;
const ASK_MS = 15_000;
const STAGE_MS = 240_000;

export class Reconciler {
  private readonly loop: Loop;

  constructor(
    private readonly ports: ReconcilerPorts,
    private readonly onProblem: OnProblem,
  ) {
    this.loop = new Loop("reconcile", ports.clock, 1_000, () => this.turn(), onProblem);
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  private async turn(): Promise<void> {
    const debts = await this.ports.observations.claimDebts(DEBTS_AT_ONCE, DEBT_LEASE_MS);
    await Promise.allSettled(debts.map((debt) => this.settle(debt)));
  }

  private async settle(debt: Debt): Promise<void> {
    const { observations } = this.ports;
    try {
      const settlement = debt.instanceGeneration > debt.generation + 1 ? ({ kind: "newer" } as const) : await this.find(debt);
      if (settlement === null) await observations.postponeDebt(debt);
      else await observations.settleDebt(debt, settlement);
    } catch (error) {
      if (error instanceof StaleGeneration) return observations.settleDebt(debt, { kind: "newer" });
      if (!(error instanceof HostUnreachable)) this.onProblem(`debt of ${debt.instance}`, error);
      await observations.postponeDebt(debt);
    }
  }

  /** null: not settled yet. A change that is to be restored is carried out under its own key; one to be recorded is only asked for. */
  private async find(debt: Debt): Promise<Settlement | null> {
    return debt.duty === "restore" && debt.instanceGeneration === debt.generation ? this.restore(debt) : this.record(debt);
  }

  private async restore(debt: Debt): Promise<Settlement | null> {
    const { transport, packages } = this.ports;
    if (debt.releaseRef === null) return { kind: "never_began" };
    const { sha256 } = debt.releaseRef;
    const [report] = await transport.inspect(debt.host, [debt.instance], { timeoutMs: ASK_MS });
    // A person who went back by hand while the host could not be asked has decided since.
    if (report?.journal.at(-1)?.mode === "hand") return { kind: "newer" };
    const staged = await transport.stage(debt.host, debt.releaseRef, () => openRelease(packages, debt.source, sha256), {
      timeoutMs: STAGE_MS,
    });
    if (staged.kind === "failed") {
      this.onProblem(`debt of ${debt.instance}`, new Error(`${staged.code}: ${staged.detail}`));
      return null;
    }
    const result = await transport.activate(debt.host, {
      instance: debt.instance,
      service: debt.service,
      tx: debt.tx,
      generation: debt.generation,
      mode: "rollback",
      release: { sha256, ...debt.release },
      settings: debt.settings,
      address: debt.host.address,
      port: debt.port,
      force: false,
      expect: null,
    });
    const outcome = outcomeOf(result, debt);
    if (outcome.kind === "verified") return { kind: "runs", release: debt.release, changed: outcome.changed };
    if (outcome.kind === "not_verified") {
      const failure: Failure = { step: "verify", code: outcome.code, params: outcome.params, evidence: outcome.evidence };
      return { kind: "failed", failure, durationMs: outcome.durationMs, runs: outcome.runs };
    }
    return outcome.kind === "refused" && outcome.code === "stale_generation" ? { kind: "newer" } : null;
  }

  private async record(debt: Debt): Promise<Settlement | null> {
    const generation = await this.ports.observations.fenceDebt(debt);
    if (generation === null) return { kind: "newer" };
    const report = await this.ports.transport.fence(
      debt.host,
      { instance: debt.instance, generation, cancelUnless: null },
      { timeoutMs: ASK_MS },
    );
    return report.openTx === debt.tx ? null : settlementOf(debt, report);
  }
}

function settlementOf(debt: Debt, report: InstanceReport): Settlement {
  const entry = report.journal.findLast((each) => each.tx === debt.tx);
  const end = entry === undefined ? ({ kind: "none" } as const) : endOf(entry);
  if (end.kind === "none") return { kind: "never_began" };
  if (end.kind === "verified") return { kind: "runs", release: debt.release, changed: true };
  const runs =
    report.current === null || report.process === null
      ? null
      : { version: report.current.version, revision: report.current.revision };
  return {
    kind: "failed",
    failure: { step: "verify", code: end.code, params: end.params, evidence: end.evidence },
    durationMs: end.durationMs,
    runs,
  };
}
