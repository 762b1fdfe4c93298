/** The history of instances as the store keeps it: one row a run, an open row closed once, told twice nothing changes. */
import type { HistoryFact } from "../draft";
import type { PastRun } from "../rollback-target";
import { type Release, sameRelease } from "../rollout-state";
import { type ActivationOpener, outcomeOfLeaving } from "../version-status";

export interface Row extends PastRun {
  readonly attempt: number | null;
  readonly at: number;
}

export class SimulatedHistory {
  private readonly rows = new Map<string, readonly Row[]>();
  private next = 1;

  constructor(private readonly answers: (instance: string) => boolean | null) {}

  /** The same rows, which go on differently from now on. */
  fork(answers: (instance: string) => boolean | null): SimulatedHistory {
    const fork = new SimulatedHistory(answers);
    for (const [instance, rows] of this.rows) fork.rows.set(instance, rows);
    fork.next = this.next;
    return fork;
  }

  of(instance: string): readonly Row[] {
    return this.rows.get(instance) ?? [];
  }

  running(instance: string): Release | null {
    const row = this.open(instance);
    return row ? { version: row.version, revision: row.revision } : null;
  }

  open(instance: string): Row | null {
    return this.of(instance).find((row) => row.outcome === null) ?? null;
  }

  write(fact: HistoryFact, openedBy: ActivationOpener = fact.opener): void {
    const open = this.open(fact.instance);
    if (fact.kind === "stopped") {
      if (open) this.replace(fact.instance, open, { ...open, outcome: "stopped" });
      return;
    }
    const row = {
      id: String(this.next++),
      version: fact.release.version,
      revision: fact.release.revision,
      openedBy,
      rollout: fact.rollout,
      attempt: fact.attempt,
      replaces: open?.id ?? null,
    };
    if (fact.kind === "failed") {
      this.append(fact.instance, { ...row, outcome: fact.outcome, at: fact.endedAt });
      return;
    }
    if (open && sameRelease(open, fact.release)) {
      const told = open.rollout === fact.rollout && open.attempt === fact.attempt && open.openedBy === openedBy;
      if (!fact.changed || told) return;
    }
    if (open) this.close(fact, open);
    this.append(fact.instance, { ...row, outcome: null, at: fact.at });
  }

  private close(fact: HistoryFact, open: Row): void {
    const rows = this.of(fact.instance);
    const replaced = rows.find((row) => row.id === open.replaces);
    const outcome = outcomeOfLeaving({
      by: fact.opener,
      answered: this.answers(fact.instance),
      ranBefore: rows.slice(0, rows.indexOf(open)).some((row) => row.version === fact.release.version),
      undoesRollback: open.openedBy === "rollback" && replaced?.version === fact.release.version,
    });
    this.replace(fact.instance, open, { ...open, outcome });
  }

  private replace(instance: string, before: Row, after: Row): void {
    this.rows.set(
      instance,
      this.of(instance).map((row) => (row === before ? after : row)),
    );
  }

  private append(instance: string, row: Row): void {
    this.rows.set(instance, [...this.of(instance), row]);
  }
}
