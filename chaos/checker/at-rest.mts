/** Rules of a world at rest: everything has ended, and every record says what its host really runs. */
import { VERSIONS } from "../plan/fleet.mjs";
import type { Evidence, StateRow } from "./evidence.mjs";
import type { HostInstance } from "./host-instance.mjs";
import type { Violation } from "./violation.mjs";

/** No rollout lives, no instance is held, nothing is owed, nothing is left to do. */
export function checkEnds({ rollouts, targets, owed, undoneSteps }: Evidence): readonly Violation[] {
  return [
    ...rollouts
      .filter((rollout) => rollout.completed_at === null)
      .map(({ id, status, waiting_for, lease_owner }) => ({
        rule: "unended" as const,
        subject: id,
        detail: `is ${status}, waits for ${waiting_for?.code ?? "nothing"}, driven by ${lease_owner ?? "nobody"}`,
      })),
    ...targets
      .filter((target) => target.holding)
      .map(({ rollout_id, instance_id }) => ({
        rule: "unended" as const,
        subject: rollout_id,
        detail: `still holds ${instance_id}`,
      })),
    ...owed.map(({ instance_id, duty, rollout_id, asks }) => ({
      rule: "unended" as const,
      subject: rollout_id,
      detail: `still owes ${duty} to ${instance_id}, asked ${asks} times`,
    })),
    ...undoneSteps.map(({ rollout_id, instance_id, kind }) => ({
      rule: "unended" as const,
      subject: rollout_id,
      detail: `has a step left: ${kind} of ${instance_id}`,
    })),
  ];
}

/** What is recorded is what runs, or the instance is marked; nothing runs twice; what had a version still has one. */
export function checkRecords(evidence: Evidence): readonly Violation[] {
  const states = new Map(evidence.states.map((state) => [state.id, state]));
  return evidence.hosts.flatMap((seen) => {
    const state = states.get(seen.instance);
    return state === undefined ? [] : [...compare(seen, state), ...checkProcess(evidence, seen)];
  });
}

function compare(seen: HostInstance, state: StateRow): readonly Violation[] {
  const wrong = (detail: string): Violation => ({ rule: "record", subject: seen.instance, detail });
  const told = `${state.version ?? "nothing"} (settings ${state.revision ?? "none"})`;
  const runs = seen.serves === null ? "nothing that answers" : `${seen.serves} (settings ${seen.active?.revision ?? "unknown"})`;
  const agrees = state.version === seen.serves && (seen.serves === null || state.revision === seen.active?.revision);
  if (state.status === "pending") return [wrong(`is pending although everything has ended; recorded ${told}, runs ${runs}`)];
  if (!agrees && state.status !== "error") return [wrong(`recorded ${told} and marked ${state.status}, runs ${runs}`)];
  if (agrees && seen.serves !== null && state.status === "error")
    return [wrong(`is marked error (${state.condition ?? "no reason"}) although ${told} is recorded, runs and answers`)];
  const open = seen.journal.find((entry) => entry.end === null);
  return open === undefined ? [] : [wrong(`the change ${open.tx} has no end in the journal`)];
}

function checkProcess(evidence: Evidence, seen: HostInstance): readonly Violation[] {
  if (seen.processes.length > 1)
    return [{ rule: "runs_twice", subject: seen.instance, detail: `processes ${seen.processes.join(", ")}` }];
  const hadOne = seen.journal.some((entry) => entry.end === "done");
  if (seen.processes.length === 1 || !hadOne || fellBySelf(seen) || fellByUs(evidence, seen)) return [];
  const newest = seen.journal.at(-1);
  return [
    {
      rule: "nothing_runs",
      subject: seen.instance,
      detail: `had a version; the newest change ${newest?.tx} ended ${newest?.end ?? "nowhere"} ${newest?.detail ?? ""}`,
    },
  ];
}

/** The version that it is to run stops by itself: nobody restarts it. */
function fellBySelf({ active }: HostInstance): boolean {
  return VERSIONS.some(({ version, behaviour }) => behaviour === "falls_over" && version === active?.version);
}

/** The breaker killed it since it was started, or the disk was full while it was brought up. */
function fellByUs({ killed, fullDisks }: Evidence, { instance, host, startedAt, journal }: HostInstance): boolean {
  const killedAt = killed.get(instance);
  if (killedAt !== undefined && startedAt !== null && killedAt >= startedAt) return true;
  const newest = journal.at(-1);
  if (newest?.end !== "down") return false;
  return fullDisks.some((full) => full.host === host && full.from <= (newest.endedAt ?? 0) && full.to >= newest.begunAt);
}
