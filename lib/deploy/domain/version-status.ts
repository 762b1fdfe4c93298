/** What a version is on an instance, told from the instance's history. Source: contract, "Statuses". */
import type { VersionStatus } from "./statuses";

/** How a run of a version ended. `restored` and `replaced` leave it stable, the others deprecated. `stopped`: it did not answer, and there was nothing to go back to. */
export const ACTIVATION_OUTCOMES = [
  "replaced",
  "replaced_down",
  "failed",
  "put_back",
  "rolled_back",
  "restored",
  "stopped",
] as const;
export type ActivationOutcome = (typeof ACTIVATION_OUTCOMES)[number];

const ACTIVATION_OPENERS = ["deployment", "rollback", "put_back", "adopted", "by_hand"] as const;
export type ActivationOpener = (typeof ACTIVATION_OPENERS)[number];

/** One row of the history, in the order of the rows. */
export interface Run {
  readonly version: string;
  /** null while it runs. */
  readonly outcome: ActivationOutcome | null;
}

/** One entry per distinct version: the running one first, then the newest run first. `withdrawn` overrides stable, never active. */
export function versionStatuses(
  history: readonly Run[],
  withdrawn: ReadonlySet<string>,
): readonly { readonly version: string; readonly status: VersionStatus }[] {
  const newest = new Map<string, ActivationOutcome | null>();
  const running = history.find((run) => run.outcome === null)?.version ?? null;
  for (const run of [...history].reverse()) if (!newest.has(run.version)) newest.set(run.version, run.outcome);
  const entries = [...newest].map(([version, outcome]) => ({ version, status: statusOf(version, outcome, running, withdrawn) }));
  return [...entries.filter((entry) => entry.status === "active"), ...entries.filter((entry) => entry.status !== "active")];
}

function statusOf(
  version: string,
  outcome: ActivationOutcome | null,
  running: string | null,
  withdrawn: ReadonlySet<string>,
): VersionStatus {
  if (version === running) return "active";
  if (withdrawn.has(version) || outcome === null) return "deprecated";
  return leavesStable(outcome) ? "stable" : "deprecated";
}

export function leavesStable(outcome: ActivationOutcome): boolean {
  switch (outcome) {
    case "replaced":
    case "restored":
      return true;
    case "replaced_down":
    case "failed":
    case "put_back":
    case "rolled_back":
    case "stopped":
      return false;
    default:
      return outcome satisfies never;
  }
}

/** The run that is being left, and what replaces it. */
export interface Leaving {
  readonly by: ActivationOpener;
  /** Did it answer when it was replaced? null = its host could not be asked. */
  readonly answered: boolean | null;
  /** The new version had run on this instance before the run that is left began. */
  readonly ranBefore: boolean;
  /** The run that is left was itself opened by a rollback *from* the version that comes now: taking back a rollback. */
  readonly undoesRollback: boolean;
}

export function outcomeOfLeaving(leaving: Leaving): ActivationOutcome {
  if (leaving.by === "put_back") return "put_back";
  if (leaving.by === "rollback" && leaving.ranBefore && !leaving.undoesRollback) return "rolled_back";
  if (leaving.by === "rollback" && leaving.undoesRollback && leaving.answered !== false) return "restored";
  return leaving.answered === false ? "replaced_down" : "replaced";
}
