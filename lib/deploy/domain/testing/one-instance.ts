/** The history of one instance, told as what was done to it. Leaving a run goes through `outcomeOfLeaving`, as in the store. */
import type { PastRun } from "../rollback-target";
import { type ActivationOpener, outcomeOfLeaving } from "../version-status";

export class OneInstance {
  history: readonly PastRun[] = [];
  private answered: boolean | null = true;

  /** What the health sweep last saw; null = its host could not be asked. */
  answers(answered: boolean | null): this {
    this.answered = answered;
    return this;
  }

  deployed(version: string, revision = 1): this {
    return this.opened("deployment", version, revision);
  }

  rolledBackTo(version: string, revision = 1): this {
    return this.opened("rollback", version, revision);
  }

  /** The rollout reversed itself: its run is left, what ran before runs again. */
  putBackTo(version: string, revision = 1): this {
    return this.opened("put_back", version, revision);
  }

  adopted(version: string, revision = 1): this {
    return this.opened("adopted", version, revision);
  }

  /** A change that did not verify: its host put back what ran, whose row stays open. */
  failed(version: string, revision = 1): this {
    this.history = [...this.history, { ...this.row("deployment", version, revision), outcome: "failed" }];
    return this;
  }

  private opened(by: ActivationOpener, version: string, revision: number): this {
    const row = { ...this.row(by, version, revision), outcome: null };
    const open = this.history.find((run) => run.outcome === null);
    const closed = open
      ? this.history.map((run) => (run === open ? { ...run, outcome: this.leave(open, by, version) } : run))
      : this.history;
    this.history = [...closed, row];
    this.answered = true;
    return this;
  }

  private leave(open: PastRun, by: ActivationOpener, version: string) {
    const before = this.history.slice(0, this.history.indexOf(open));
    const replaced = before.find((run) => run.id === open.replaces);
    return outcomeOfLeaving({
      by,
      answered: this.answered,
      ranBefore: before.some((run) => run.version === version),
      undoesRollback: open.openedBy === "rollback" && replaced?.version === version,
    });
  }

  private row(openedBy: ActivationOpener, version: string, revision: number) {
    const replaces = this.history.find((run) => run.outcome === null)?.id ?? null;
    const id = String(this.history.length + 1);
    return { id, version, revision, openedBy, rollout: `rollout-${id}`, replaces };
  }
}
