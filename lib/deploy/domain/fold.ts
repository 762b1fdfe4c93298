/** Takes what a worker found out on a host into the rollout. */
import type { Draft } from "./draft";
import { changesRelease, goalOf } from "./draft";
import type { Failure } from "./errors";
import { sameRelease, type Target } from "./rollout-state";
import type { InFlightEnd, Seen, StepDone, StepOutcome } from "./step-outcome";

/** Connections refused before an instance that only waits for its files is given up: about ten seconds. */
const MOST_UNANSWERED_STAGES = 4;

export function fold(draft: Draft, done: StepDone): void {
  const target = draft.targets.get(done.instance);
  if (!target?.holding || target.attempt !== done.attempt) return;
  const { outcome } = done;
  switch (outcome.kind) {
    case "no_answer":
      return foldSilence(draft, target, done.step, outcome.reason);
    case "stale_generation":
      draft.anew(target, { generation: Math.max(target.generation, outcome.seen) + 1, memory: { fenced: false, inFlight: target.memory.inFlight } });
      return;
    case "fenced":
      return foldFenced(draft, target, outcome.seen, outcome.inFlight);
    case "staged":
      if (target.status === "staging" || target.status === "unknown") draft.target(target.instance, { status: "staged", failure: null, memory: { onHost: true, unanswered: 0, since: null } });
      return;
    case "stage_failed":
      return fail(draft, target, { step: "stage", code: outcome.code, params: outcome.params, evidence: null });
    case "verified":
      return foldVerified(draft, target, outcome);
    case "not_verified":
      return foldNotVerified(draft, target, outcome);
    case "refused":
      return foldRefused(draft, target, outcome);
    default:
      return outcome satisfies never;
  }
}

/**
 * The host could not be asked. A change that may have begun is unknown, and so is a rollback or put-back in any of its steps: they wait
 * for the host. A deployment that only waits for its files gives this instance up after a few tries.
 */
function foldSilence(draft: Draft, target: Target, step: StepDone["step"], reason: string): void {
  const unanswered = target.memory.unanswered + 1;
  const waits = step === "activate" || target.direction === "back" || draft.rollout.kind === "rollback";
  if (!waits) {
    if (unanswered >= MOST_UNANSWERED_STAGES) return fail(draft, target, { step: "stage", code: "host_unreachable", params: { host: target.host, reason }, evidence: null });
    draft.target(target.instance, { memory: { unanswered } });
    return;
  }
  if (target.status !== "unknown") {
    draft.target(target.instance, {
      status: "unknown",
      versionNow: null,
      failure: { step: "settle", code: "no_answer", params: { host: target.host, reason }, evidence: null },
      memory: { unanswered, since: draft.now, began: target.memory.began || step === "activate" },
    });
    draft.event("target_unknown", { instance: target.instance, host: target.host, reason }, target.instance);
    return;
  }
  draft.target(target.instance, { memory: { unanswered } });
}

function foldFenced(draft: Draft, target: Target, seen: Seen, end: InFlightEnd): void {
  settleInFlight(draft, target, end);
  const { memory } = target;
  const known = { fenced: true, onHost: seen.releaseOnHost, unanswered: 0, since: null };
  const confirmedDown = !seen.processAlive || seen.answers === false;
  const expected = memory.expect;
  if (seen.current !== null && seen.processAlive && expected !== null && !expected.some((release) => sameRelease(release, seen.current))) {
    return fail(draft, target, { step: "switch", code: "precondition_changed", params: { expected: expected[0]?.version ?? null, runs: seen.current.version }, evidence: null });
  }
  draft.target(target.instance, {
    status: seen.releaseOnHost ? "staged" : "staging",
    confirmedDown,
    failure: target.status === "unknown" ? null : target.failure,
    memory: { ...known, began: false },
  });
}

/** The change that this attempt found under way has ended: its outcome goes into the history under the attempt that began it. */
function settleInFlight(draft: Draft, target: Target, end: InFlightEnd): void {
  const was = target.memory.inFlight;
  if (was === null || end.kind === "none") return;
  const opener = draft.rollout.kind === "rollback" && was.own ? "rollback" : "deployment";
  const row = { instance: target.instance, release: was.to, opener, rollout: was.rollout, attempt: was.attempt } as const;
  if (end.kind === "verified") {
    draft.history.push({ kind: "runs", ...row, changed: true, at: draft.now });
    if (was.own) draft.target(target.instance, { changed: true, versionNow: was.to.version });
    return;
  }
  const failure: Failure = { step: "verify", code: end.code, params: {}, evidence: end.evidence };
  draft.history.push({ kind: "failed", ...row, outcome: end.code === "cancelled" ? "put_back" : "failed", failure, startedAt: draft.now - end.durationMs, endedAt: draft.now, runs: target.from });
  if (was.own) draft.target(target.instance, { failure });
}

function foldVerified(draft: Draft, target: Target, outcome: Extract<StepOutcome, { kind: "verified" }>): void {
  const release = goalOf(target);
  const back = target.direction === "back";
  const opener = back ? "put_back" : draft.rollout.kind;
  draft.history.push({ kind: "runs", instance: target.instance, release, opener, rollout: draft.rollout.id, attempt: target.attempt, changed: outcome.changed, at: draft.now });
  const late = target.status === "unknown";
  draft.target(target.instance, {
    status: back ? "put_back" : "succeeded",
    changed: target.changed || outcome.changed,
    versionNow: release.version,
    failure: back ? target.failure : null,
    endedAt: draft.now,
    memory: { unanswered: 0, since: null, runsNew: false },
  });
  if (late) draft.event("target_settled_late", { instance: target.instance, version: release.version, status: "succeeded" }, target.instance);
  else if (back) draft.event("target_put_back", { instance: target.instance, version: release.version }, target.instance);
  else draft.event(outcome.changed ? "target_verified" : "target_unchanged", { instance: target.instance, version: release.version }, target.instance);
}

function foldNotVerified(draft: Draft, target: Target, outcome: Extract<StepOutcome, { kind: "not_verified" }>): void {
  const release = goalOf(target);
  const failure: Failure = { step: "verify", code: outcome.code, params: outcome.params, evidence: outcome.evidence };
  const opener = target.direction === "back" ? "put_back" : draft.rollout.kind;
  draft.history.push({
    kind: "failed",
    instance: target.instance,
    release,
    opener,
    rollout: draft.rollout.id,
    attempt: target.attempt,
    outcome: outcome.code === "cancelled" ? "put_back" : "failed",
    failure,
    startedAt: draft.now - outcome.durationMs,
    endedAt: draft.now,
    runs: outcome.runs,
  });
  draft.target(target.instance, { status: "failed", failure, versionNow: outcome.runs?.version ?? null, endedAt: draft.now, memory: { unanswered: 0, since: null } });
  draft.event("target_failed", { instance: target.instance, code: outcome.code, version: release.version, version_now: outcome.runs?.version ?? null }, target.instance);
}

function foldRefused(draft: Draft, target: Target, outcome: Extract<StepOutcome, { kind: "refused" }>): void {
  if (outcome.code === "release_missing" && target.memory.onHost === true) {
    draft.target(target.instance, { status: "staging", memory: { onHost: false, began: false } });
    return;
  }
  fail(draft, target, { step: "switch", code: outcome.code, params: outcome.params, evidence: null });
}

/** The change of this instance failed before anything was touched: what ran runs. */
export function fail(draft: Draft, target: Target, failure: Failure): void {
  const runsNew = target.direction === "back" && changesRelease(target);
  const versionNow = runsNew ? target.to.version : (target.from?.version ?? null);
  draft.target(target.instance, { status: "failed", failure, versionNow, endedAt: draft.now, memory: { since: null, unanswered: 0, runsNew } });
  draft.event("target_failed", { instance: target.instance, code: failure.code, version: goalOf(target).version, version_now: versionNow }, target.instance);
}
