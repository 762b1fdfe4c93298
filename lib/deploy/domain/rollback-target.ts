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
  const brought = broughtBy(history);
  if (!brought) return null;
  const replaced = history.find((run) => run.id === brought.replaces);
  if (replaced && isGood(replaced, history, withdrawn, brought))
    return { version: replaced.version, revision: replaced.revision };
  return newestStable(history, withdrawn, brought.version);
}

/** The run that brought what runs now, version and settings; restarts of the very same since then changed nothing. */
export function broughtBy(history: readonly PastRun[]): PastRun | null {
  let run = history.find((each) => each.outcome === null) ?? null;
  for (let before = replacedBy(run, history); run !== null && before !== null; before = replacedBy(run, history)) {
    if (before.version !== run.version || before.revision !== run.revision) break;
    run = before;
  }
  return run;
}

function replacedBy(run: PastRun | null, history: readonly PastRun[]): PastRun | null {
  return history.find((each) => each.id === run?.replaces) ?? null;
}

/** Not withdrawn, answered when it was replaced, and not failed there since. A version that was rolled back may be gone back to: that takes back a rollback. */
function isGood(replaced: PastRun, history: readonly PastRun[], withdrawn: ReadonlySet<string>, brought: PastRun): boolean {
  if (withdrawn.has(replaced.version) || replaced.outcome === "replaced_down") return false;
  const sameVersion = replaced.version === brought.version;
  const since = history.slice(history.indexOf(replaced) + 1).filter((run) => run.version === replaced.version);
  return !since.some((run) => run.outcome === "failed" && (!sameVersion || run.revision === replaced.revision));
}

/** The newest version that is stable on the instance and does not run: what "roll back" means where no rollout is named. */
export function newestStable(
  history: readonly Pick<PastRun, "version" | "revision" | "outcome">[],
  withdrawn: ReadonlySet<string>,
  running: string | null,
): Destination | null {
  const seen = new Set<string>(running === null ? [] : [running]);
  for (const run of [...history].reverse()) {
    if (seen.has(run.version)) continue;
    seen.add(run.version);
    if (run.outcome !== null && leavesStable(run.outcome) && !withdrawn.has(run.version))
      return { version: run.version, revision: run.revision };
  }
  return null;
}
