import type { HostCheckWire } from "@/lib/api/contract";
import { type HostDraft, hostOf } from "../host-draft";
import type { Candidate } from "./candidates";

/** What was found out about a candidate, and done with it. */
export interface Finding {
  readonly doing: "checking" | "adding" | null;
  readonly answer: HostCheckWire | null;
  /** The key that a person accepted, null without one. */
  readonly hostKey: string | null;
  /** Why the last question or the adding failed. */
  readonly error: unknown;
  readonly added: boolean;
}

export const NOTHING_FOUND: Finding = { doing: null, answer: null, hostKey: null, error: null, added: false };

/**
 * How far a candidate is: `wrong` as it is written, `known` already, `unchecked`, under way, `key` shown and not accepted yet,
 * `trouble` that keeps it from carrying instances, `fine` to be added, `added`, or `failed`.
 */
export type RowState = "wrong" | "known" | "unchecked" | "checking" | "key" | "trouble" | "fine" | "adding" | "added" | "failed";

export interface Row {
  readonly candidate: Candidate;
  readonly finding: Finding;
  readonly state: RowState;
}

/** `known`: names of the hosts that are there. */
export function rowOf(candidate: Candidate, finding: Finding | undefined, known: ReadonlySet<string>): Row {
  const about = finding ?? NOTHING_FOUND;
  return { candidate, finding: about, state: stateOf(candidate, about, known) };
}

function stateOf(
  { problems, draft }: Candidate,
  { doing, answer, hostKey, error, added }: Finding,
  known: ReadonlySet<string>,
): RowState {
  if (added) return "added";
  if (problems !== null) return "wrong";
  if (doing !== null) return doing;
  if (known.has(draft.name)) return "known";
  if (error !== null) return "failed";
  if (answer === null) return "unchecked";
  if (answer.host_key !== null && hostKey === null) return "key";
  return answer.ok ? "fine" : "trouble";
}

/** With what a person accepted and the check found out. */
export function settled({ candidate: { draft }, finding: { answer, hostKey } }: Pick<Row, "candidate" | "finding">): HostDraft {
  const address = draft.address === "" ? (answer?.address ?? "") : draft.address;
  return { ...draft, address, ssh: { ...draft.ssh, hostKey } };
}

/** Can be asked, or asked again. */
export function canCheck({ state }: Row): boolean {
  return state === "unchecked" || state === "trouble" || state === "failed";
}

export function canAdd(row: Row): boolean {
  return row.state === "fine" && "host" in hostOf(settled(row));
}
