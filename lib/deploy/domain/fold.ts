/** Takes what a worker found out on a host into the rollout. */
import type { Draft } from "./draft";
import { changesRelease, goalOf, goesOff, untoldChange, wantedStep } from "./draft";
import type { Failure, Params } from "./errors";
import { type InFlight, type Release, sameRelease, type Target } from "./rollout-state";
import type { InFlightEnd, Seen, StepDone, StepOutcome } from "./step-outcome";

/** Tries without an answer, one after the other, before an instance that only waits for its files is given up; pauses: `ask-again.ts`. */
const MOST_UNANSWERED_STAGES = 4;

/** An outcome of an older attempt, or of a step that nothing waits for any more, changes nothing. */
export function fold(draft: Draft, done: StepDone): void {
  const target = draft.targets.get(done.instance);
  if (!target?.holding || target.attempt !== done.attempt || done.step !== wantedStep(draft.rollout, target)) return;
  const { outcome } = done;
  switch (outcome.kind) {
    case "no_answer":
    case "worker_failed":
      return foldSilence(draft, target, done.step, outcome);
    case "stale_generation":
      draft.anew(target, {
        generation: Math.max(target.generation, outcome.seen) + 1,
        memory: { inFlight: untoldChange(draft.rollout, target), runsNew: target.memory.runsNew },
      });
      return;
    case "fenced":
      return foldFenced(draft, target, outcome.seen, outcome.inFlight);
    case "staged":
      draft.target(target.instance, {
        status: "staged",
        failure: withoutSilence(target.failure),
        memory: { onHost: true, unanswered: 0, since: null },
      });
      if (outcome.sentInstead) draft.event("package_sent_instead", { host: target.host, ...outcome.sentInstead });
      return;
    case "stage_failed":
      return fail(draft, target, { step: "stage", code: outcome.code, params: outcome.params, evidence: null });
    case "verified":
      return foldVerified(draft, target, outcome);
    case "stopped":
      return foldStopped(draft, target);
    case "verifying":
      if (target.status !== "switching") return;
      draft.target(target.instance, { status: "verifying" });
      return draft.event("target_verifying", { instance: target.instance }, target.instance);
    case "not_verified":
      return foldNotVerified(draft, target, outcome);
    case "refused":
      return foldRefused(draft, target, outcome);
    default:
      return outcome satisfies never;
  }
}

/** That a host was silent is no failure any more once it has answered. */
function withoutSilence(failure: Failure | null): Failure | null {
  return failure?.step === "settle" ? null : failure;
}

type Untold = Extract<StepOutcome, { kind: "no_answer" | "worker_failed" }>;

/**
 * The host could not be asked, or the worker failed before it told. A change that may have begun is unknown, and so is a rollback or put-back in any of its steps: they wait
 * for the host. A deployment that only waits for its files gives this instance up after a few tries.
 */
function foldSilence(draft: Draft, target: Target, step: StepDone["step"], untold: Untold): void {
  const unanswered = target.memory.unanswered + 1;
  const waits =
    step === "activate" ||
    step === "stop" ||
    target.direction === "back" ||
    draft.rollout.kind === "rollback" ||
    untoldChange(draft.rollout, target) !== null;
  if (!waits) {
    if (unanswered >= MOST_UNANSWERED_STAGES) return fail(draft, target, failureOf(target, untold, "stage"));
    draft.target(target.instance, { memory: { unanswered } });
    return;
  }
  if (target.status !== "unknown") {
    draft.target(target.instance, {
      status: "unknown",
      versionNow: null,
      failure: target.failure ?? failureOf(target, untold, "settle"),
      memory: { unanswered, since: draft.now, began: target.memory.began || step === "activate" },
    });
    if (untold.kind === "worker_failed")
      draft.event("target_worker_failed", { instance: target.instance, detail: untold.detail }, target.instance);
    else draft.event("target_unknown", { instance: target.instance, ...silenceOf(target, untold) }, target.instance);
    return;
  }
  draft.target(target.instance, { memory: { unanswered } });
}

function failureOf(target: Target, untold: Untold, step: "stage" | "settle"): Failure {
  if (untold.kind === "worker_failed")
    return { step, code: "worker_failed", params: { detail: untold.detail }, evidence: untold.evidence };
  const code = step === "stage" ? "host_unreachable" : "no_answer";
  return { step, code, params: silenceOf(target, untold), evidence: null };
}

/** Why a host did not answer, for a sentence in any language where it is known. */
function silenceOf({ host }: Target, { reason, trouble }: Extract<StepOutcome, { kind: "no_answer" }>): Params {
  return trouble ? { ...trouble.params, host, reason, trouble: trouble.code } : { host, reason };
}

function foldFenced(draft: Draft, before: Target, seen: Seen, end: InFlightEnd): void {
  const target = settleInFlight(draft, before, seen, end);
  const runs = seen.processAlive ? seen.current : null;
  const runsNew = changesRelease(target) && sameRelease(runs, target.to);
  const known = { fenced: true, onHost: seen.releaseOnHost, unanswered: 0, since: null, began: false, runsNew };
  const confirmedDown = !seen.processAlive || seen.answers === false;
  if (confirmedDown) draft.foundDown.add(target.instance);
  const looked = draft.target(target.instance, {
    confirmedDown,
    failure: withoutSilence(target.failure),
    versionNow: runs?.version ?? null,
    memory: known,
  });
  // Meant to be stopped, but it answers: without an earlier version to go back to, it keeps what it runs.
  if (goesOff(looked) && runs !== null && seen.answers === true) return keepNew(draft, looked, runs.version);
  const { expect } = looked.memory;
  if (
    runs !== null &&
    expect !== null &&
    !sameRelease(runs, goalOf(target)) &&
    !expect.some((release) => sameRelease(release, runs))
  ) {
    return fail(draft, looked, {
      step: "switch",
      code: "precondition_changed",
      params: { expected: expect[0]?.version ?? null, runs: runs.version },
      evidence: null,
    });
  }
  draft.target(target.instance, { status: seen.releaseOnHost || goesOff(looked) ? "staged" : "staging" });
}

function keepNew(draft: Draft, target: Target, version: string): void {
  draft.target(target.instance, { status: "failed", versionNow: version, endedAt: draft.now });
  draft.event("target_kept", { instance: target.instance, version }, target.instance);
}

function foldStopped(draft: Draft, target: Target): void {
  const { instance, attempt } = target;
  const release = goalOf(target);
  draft.history.push({
    kind: "stopped",
    instance,
    release,
    opener: "put_back",
    rollout: draft.rollout.id,
    attempt,
    at: draft.now,
  });
  draft.target(instance, {
    status: "failed",
    versionNow: null,
    failure: withoutSilence(target.failure),
    endedAt: draft.now,
    memory: { unanswered: 0, since: null, runsNew: false },
  });
  draft.event("target_stopped", { instance, version: release.version }, instance);
}

/** The change that this attempt found under way has ended: its outcome goes into the history under the attempt that began it. */
function settleInFlight(draft: Draft, target: Target, seen: Seen, end: InFlightEnd): Target {
  const was = target.memory.inFlight;
  if (was === null || end.kind === "none") return target;
  const row = { instance: target.instance, release: was.to, opener: was.opener, rollout: was.rollout, attempt: was.attempt };
  if (end.kind === "verified") {
    draft.history.push({ kind: "runs", ...row, changed: true, process: null, at: draft.now });
    if (was.own) return was.opener === "put_back" ? target : draft.target(target.instance, { changed: true });
    endElsewhere(draft, target, was, null, was.to);
    // What a deployment finds there is what a put-back leads to.
    const leaves = draft.rollout.kind === "deployment" && target.direction === "forward";
    return leaves ? draft.target(target.instance, { from: was.to }) : target;
  }
  const runs = seen.processAlive ? seen.current : null;
  const failure: Failure = { step: "verify", code: end.code, params: end.params, evidence: end.evidence };
  const outcome = end.code === "cancelled" ? "put_back" : "failed";
  draft.history.push({
    kind: "failed",
    ...row,
    outcome,
    failure,
    startedAt: draft.now - end.durationMs,
    endedAt: draft.now,
    runs,
  });
  if (!was.own) endElsewhere(draft, target, was, failure, runs);
  return was.own ? draft.target(target.instance, { failure: withoutSilence(target.failure) ?? failure }) : target;
}

function endElsewhere(draft: Draft, { instance }: Target, was: InFlight, failure: Failure | null, runs: Release | null): void {
  const { rollout, attempt } = was;
  draft.endsElsewhere.push({ rollout, instance, attempt, changed: failure === null, failure, versionNow: runs?.version ?? null });
  draft.event("earlier_change_ended", { instance, rollout, code: failure?.code ?? null }, instance);
}

function foldVerified(draft: Draft, target: Target, outcome: Extract<StepOutcome, { kind: "verified" }>): void {
  const release = goalOf(target);
  const back = target.direction === "back";
  const opener = back ? "put_back" : draft.rollout.kind;
  draft.history.push({
    kind: "runs",
    instance: target.instance,
    release,
    opener,
    rollout: draft.rollout.id,
    attempt: target.attempt,
    changed: outcome.changed,
    process: outcome.process ?? null,
    at: draft.now,
  });
  const late = target.status === "unknown";
  draft.target(target.instance, {
    status: back ? "put_back" : "succeeded",
    changed: target.changed || outcome.changed,
    versionNow: release.version,
    failure: back ? withoutSilence(target.failure) : null,
    endedAt: draft.now,
    memory: { unanswered: 0, since: null, runsNew: false },
  });
  if (late)
    draft.event(
      "target_settled_late",
      { instance: target.instance, version: release.version, status: back ? "put_back" : "succeeded" },
      target.instance,
    );
  else if (back) draft.event("target_put_back", { instance: target.instance, version: release.version }, target.instance);
  else
    draft.event(
      outcome.changed ? "target_verified" : "target_unchanged",
      { instance: target.instance, version: release.version },
      target.instance,
    );
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
  const runsNew = target.direction === "back" && changesRelease(target) && sameRelease(outcome.runs, target.to);
  draft.target(target.instance, {
    status: "failed",
    failure,
    versionNow: outcome.runs?.version ?? null,
    endedAt: draft.now,
    memory: { unanswered: 0, since: null, runsNew },
  });
  draft.event(
    "target_failed",
    { instance: target.instance, code: outcome.code, version: release.version, version_now: outcome.runs?.version ?? null },
    target.instance,
  );
}

function foldRefused(draft: Draft, target: Target, outcome: Extract<StepOutcome, { kind: "refused" }>): void {
  if (outcome.code === "release_missing" && !target.memory.restaged) {
    draft.target(target.instance, { status: "staging", memory: { onHost: false, began: false, restaged: true } });
    return;
  }
  fail(draft, target, { step: "switch", code: outcome.code, params: outcome.params, evidence: null });
}

/** The change of this instance failed before anything was touched: what ran runs. */
export function fail(draft: Draft, target: Target, failure: Failure): void {
  const versionNow = target.memory.fenced ? target.versionNow : (target.from?.version ?? null);
  draft.fail(target, failure, versionNow, { since: null, unanswered: 0 });
}
