/** Which version an instance goes back to. Source: contract, "One-click rollback". */
import { type ActivationOpener, type ActivationOutcome, leavesStable } from "./version-status";

export interface PastRun {
  readonly id: string;
  readonly version: string;
  readonly revision: number;
  readonly openedBy: ActivationOpener;
  readonly rollout: string | null;
  readonly replaces: string | null;
  /** null while it runs. */
  readonly outcome: ActivationOutcome | null;
}

export interface Destination {
  readonly version: string;
  readonly revision: number;
}

/**
 * Where taking back the running version of an instance leads: to what it replaced, with its settings; if that version has failed
 * there since, did not answer when it was replaced, or was withdrawn, to the newest stable one; null when there is none.
 * `history` is in the order of the rows; the running row is the one without an outcome.
 */
export function takeBackDestination(history: readonly PastRun[], withdrawn: ReadonlySet<string>): Destination | null {
  const running = history.find((run) => run.outcome === null);
  if (!running) return null;
  const replaced = history.find((run) => run.id === running.replaces);
  if (replaced && isGood(replaced, history, withdrawn, running)) return { version: replaced.version, revision: replaced.revision };
  return newestStable(history, withdrawn, running.version);
}

/** The same instance with other settings is something to go back to; the very same run is not. */
function isGood(replaced: PastRun, history: readonly PastRun[], withdrawn: ReadonlySet<string>, running: PastRun): boolean {
  if (replaced.version === running.version && replaced.revision === running.revision) return false;
  if (withdrawn.has(replaced.version)) return false;
  if (replaced.version === running.version) return replaced.outcome !== null && leavesStable(replaced.outcome);
  const newest = history.findLast((run) => run.version === replaced.version);
  return newest?.outcome != null && leavesStable(newest.outcome);
}

/** The newest version that is stable on the instance and does not run: what "roll back" means where no rollout is named. */
export function newestStable(history: readonly PastRun[], withdrawn: ReadonlySet<string>, running: string | null): Destination | null {
  const seen = new Set<string>(running === null ? [] : [running]);
  for (const run of [...history].reverse()) {
    if (seen.has(run.version)) continue;
    seen.add(run.version);
    if (run.outcome !== null && leavesStable(run.outcome) && !withdrawn.has(run.version)) return { version: run.version, revision: run.revision };
  }
  return null;
}
