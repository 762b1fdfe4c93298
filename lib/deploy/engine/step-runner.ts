/** Does one step on its host and says what was found out. A host that cannot be asked is an outcome too. */
import { type Evidence, type Params, SlipwayError } from "../domain/errors";
import type { Release } from "../domain/rollout-state";
import { type Mask, maskEvidence, maskOf } from "../domain/secrets";
import type { InFlightEnd, RunningProcess, StepOutcome } from "../domain/step-outcome";
import {
  type ActivateResult,
  type Clock,
  HostUnreachable,
  type InstanceReport,
  type JournalEntry,
  type Packages,
  type ReleaseLinks,
  type ReleaseRef,
  StaleGeneration,
} from "../ports";
import type { ClaimedStep, RolloutStore } from "../ports/rollouts";
import { bringRelease } from "./bring-release";
import type { StepTransport } from "./guarded-transport";

export interface StepRunnerPorts {
  readonly transport: StepTransport;
  readonly packages: Packages;
  readonly links: ReleaseLinks;
  readonly store: Pick<RolloutStore, "settings" | "bindVersion">;
  readonly clock: Clock;
}

export interface StepWatch {
  readonly signal: AbortSignal;
  /** Told once, when the host says that the new version is being verified. */
  readonly onVerifying: () => void;
}

/** A change that was cancelled has this long to end before its host counts as not answering. */
const SETTLE_MS = 120_000;
const LOOK_AGAIN_MS = 100;
const QUICK_MS = 15_000;
/** A change under way is settled first, and the process has its time to end. */
const STOP_MS = 300_000;

export async function runStep(
  ports: StepRunnerPorts,
  step: ClaimedStep,
  { signal, onVerifying }: StepWatch,
): Promise<StepOutcome> {
  try {
    switch (step.kind) {
      case "stage":
        return await stage(ports, step, signal);
      case "fence":
        return await fence(ports, step, signal);
      case "activate":
        return await activate(ports, step, signal, onVerifying);
      case "stop":
        return await stop(ports, step, signal);
      default:
        return step.kind satisfies never;
    }
  } catch (error) {
    if (error instanceof HostUnreachable) return { kind: "no_answer", reason: error.reason, trouble: error.trouble };
    if (error instanceof StaleGeneration) return { kind: "stale_generation", seen: error.seen };
    throw error;
  }
}

async function stage(ports: StepRunnerPorts, step: ClaimedStep, signal: AbortSignal): Promise<StepOutcome> {
  try {
    const release = step.release ?? (await fetchUnknown(ports, step, signal));
    const settings = await ports.store.settings(step.service, step.input.goal.revision);
    const source = { url: step.packageUrl ?? "", sha256: step.packageSha256 };
    const back = step.input.mode === "rollback";
    const result = await bringRelease(ports, { host: step.host, release, source, settings, back }, { signal });
    if (result.kind === "staged") {
      return result.sentInstead ? { kind: "staged", sentInstead: result.sentInstead } : { kind: "staged" };
    }
    const said = result.code === "host_tool_missing" ? "tool" : "detail";
    return { kind: "stage_failed", code: result.code, params: { [said]: result.detail, host: step.host.name } };
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    return { kind: "stage_failed", code: packageFailureOf(error), params: error.params };
  }
}

/** A rollback may name a version that only its URL has: it is fetched and bound like any other. */
async function fetchUnknown(
  ports: StepRunnerPorts,
  step: ClaimedStep,
  signal: AbortSignal,
): Promise<{ readonly sha256: string; readonly size: number }> {
  const url = step.packageUrl ?? "";
  const fetched = await ports.packages.fetch(url, { expectSha256: null, signal });
  await ports.store.bindVersion(
    { service: step.service, version: step.input.goal.version, url, expectSha256: null, barrier: null },
    fetched,
  );
  return fetched.release;
}

/** Package errors by the same code in a result. */
export function packageFailureOf(
  error: SlipwayError,
):
  | "invalid_package_url"
  | "package_too_large"
  | "package_digest_mismatch"
  | "version_content_changed"
  | "unsafe_package"
  | "internal" {
  switch (error.code) {
    case "invalid_package_url":
    case "package_too_large":
    case "package_digest_mismatch":
    case "version_content_changed":
    case "unsafe_package":
      return error.code;
    default:
      return "internal";
  }
}

async function fence(ports: StepRunnerPorts, step: ClaimedStep, signal: AbortSignal): Promise<StepOutcome> {
  const { transport } = ports;
  const cancelUnless = step.release ? { sha256: step.release.sha256, revision: step.input.goal.revision } : "always";
  const fenced = await transport.fence(
    step.host,
    { instance: step.instance, generation: step.generation, cancelUnless },
    { signal, timeoutMs: QUICK_MS },
  );
  // A change that ends as its host is fenced may leave it unasked whether it answers.
  const isWhole = fenced.openTx === null && fenced.answers !== null;
  const report = isWhole ? fenced : await waitUntilSettled(ports, step, signal);
  return {
    kind: "fenced",
    inFlight: await inFlightEnd(ports, step, report),
    seen: {
      current: releaseOf(report.current),
      processAlive: report.process !== null,
      answers: report.answers,
      releaseOnHost: step.release !== null && report.releases.includes(step.release.sha256),
    },
  };
}

async function waitUntilSettled(ports: StepRunnerPorts, step: ClaimedStep, signal: AbortSignal): Promise<InstanceReport> {
  const from = ports.clock.monotonicMs();
  for (;;) {
    const [report] = await ports.transport.inspect(step.host, [step.instance], { signal, check: true, timeoutMs: QUICK_MS });
    if (!report) throw new HostUnreachable(step.host.name, `it says nothing of ${step.instance}`);
    if (report.openTx === null) return report;
    if (ports.clock.monotonicMs() - from > SETTLE_MS)
      throw new HostUnreachable(step.host.name, `the change ${report.openTx} does not end`);
    await ports.clock.sleep(LOOK_AGAIN_MS, signal);
  }
}

async function inFlightEnd({ store }: StepRunnerPorts, step: ClaimedStep, report: InstanceReport): Promise<InFlightEnd> {
  const tx = step.input.inFlightTx;
  const entry = tx === null ? undefined : report.journal.findLast((each) => each.tx === tx);
  if (entry === undefined) return { kind: "none" };
  return endOf(entry, maskOf(await store.settings(step.service, entry.release.revision)));
}

/** How a transaction of the journal ended, for the history. */
export function endOf(entry: JournalEntry, mask: Mask): InFlightEnd {
  switch (entry.outcome) {
    case "done":
    case "unchanged":
      return { kind: "verified" };
    case "reverted":
    case "down":
      return {
        kind: "failed",
        code: entry.code ?? "internal",
        params: howItEnded(mask(entry.detail), entry.evidence),
        evidence: entry.evidence && maskEvidence(entry.evidence, mask),
        durationMs: durationOf(entry),
      };
    case "open":
      return { kind: "none" };
    default:
      return entry.outcome satisfies never;
  }
}

async function activate(
  ports: StepRunnerPorts,
  step: ClaimedStep,
  signal: AbortSignal,
  onVerifying: () => void,
): Promise<StepOutcome> {
  const release = step.release;
  if (release === null) return { kind: "refused", code: "release_missing", params: { version: step.input.goal.version } };
  const settings = await ports.store.settings(step.service, step.input.goal.revision);
  const result = await ports.transport.activate(
    step.host,
    {
      instance: step.instance,
      service: step.service,
      tx: step.tx,
      generation: step.generation,
      mode: step.input.mode,
      release: { sha256: release.sha256, version: step.input.goal.version, revision: step.input.goal.revision },
      settings,
      address: step.host.address,
      port: step.port,
      force: step.input.force,
      expect: null,
    },
    { signal, onVerifying },
  );
  if (result.kind === "refused" && result.code === "stale_generation") return staleOutcome(ports, step, signal);
  return outcomeOf(result, step, maskOf(settings));
}

async function stop({ transport }: StepRunnerPorts, step: ClaimedStep, signal: AbortSignal): Promise<StepOutcome> {
  await transport.stop(
    step.host,
    { instance: step.instance, tx: step.tx, generation: step.generation },
    { signal, timeoutMs: STOP_MS },
  );
  return { kind: "stopped" };
}

async function staleOutcome(ports: StepRunnerPorts, step: ClaimedStep, signal: AbortSignal): Promise<StepOutcome> {
  const [report] = await ports.transport.inspect(step.host, [step.instance], { signal, timeoutMs: QUICK_MS });
  return { kind: "stale_generation", seen: report?.generation ?? step.generation };
}

/** What the service printed is masked before anything of it leaves the worker. */
export function outcomeOf(result: ActivateResult, step: Pick<ClaimedStep, "tx" | "host">, mask: Mask): StepOutcome {
  switch (result.kind) {
    case "verified":
      return { kind: "verified", changed: result.changed, process: processOf(result.report) };
    case "reverted":
    case "down": {
      const entry = result.report.journal.findLast((each) => each.tx === step.tx);
      const runs = result.kind === "reverted" ? releaseOf(result.report.current) : null;
      return {
        kind: "not_verified",
        code: result.code,
        params: howItEnded(mask(result.detail), result.evidence),
        evidence: maskEvidence(result.evidence, mask),
        runs,
        durationMs: entry ? durationOf(entry) : 0,
      };
    }
    case "refused":
      return { kind: "refused", code: result.code, params: { host: step.host.name, detail: mask(result.detail) } };
    default:
      return result satisfies never;
  }
}

function processOf({ process }: InstanceReport): RunningProcess | null {
  return process === null ? null : { pid: process.pid, since: process.startedAt.getTime() };
}

function howItEnded(detail: string, evidence: Evidence | null): Params {
  return { detail, exit_code: evidence?.exitCode ?? null, signal: evidence?.signal ?? null };
}

export function releaseOf(ref: ReleaseRef | null): Release | null {
  return ref === null ? null : { version: ref.version, revision: ref.revision };
}

function durationOf(entry: JournalEntry): number {
  return entry.endedAt === null ? 0 : Math.max(entry.endedAt.getTime() - entry.startedAt.getTime(), 0);
}
