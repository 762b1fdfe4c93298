/** What becomes of one debt, once its host answers. */
import type { Failure } from "../domain/errors";
import { maskOf } from "../domain/secrets";
import type { InstanceReport, Packages, ReleaseLinks } from "../ports";
import type { Debt, ObservationStore, Settlement } from "../ports/observations";
import { bringRelease } from "./bring-release";
import type { StepTransport } from "./guarded-transport";
import { endOf, outcomeOf, releaseOf } from "./step-runner";

interface Ports {
  readonly observations: ObservationStore;
  readonly transport: StepTransport;
  readonly packages: Packages;
  readonly links: ReleaseLinks;
}

const ASK_MS = 15_000;
const STAGE_MS = 240_000;
const STOP_MS = 300_000;

/**
 * null: not settled yet. A put-back, or a stop, is carried out under its own key while nothing newer has touched the instance; a change to
 * be recorded is only asked for. Throws HostUnreachable and StaleGeneration.
 */
export async function findSettlement(ports: Ports, debt: Debt, signal: AbortSignal): Promise<Settlement | null> {
  if (debt.instanceGeneration > debt.generation + 1) return { kind: "newer" };
  const untouched = debt.instanceGeneration === debt.generation;
  switch (debt.duty) {
    case "restore":
      return untouched ? restore(ports, debt, signal) : record(ports, debt, signal);
    case "stop":
      return untouched ? stop(ports, debt, signal) : { kind: "newer" };
    case "record":
      return record(ports, debt, signal);
    default:
      return debt.duty satisfies never;
  }
}

async function restore(ports: Ports, debt: Debt, signal: AbortSignal): Promise<Settlement | null> {
  const { transport } = ports;
  if (debt.releaseRef === null) return { kind: "never_began" };
  const { sha256 } = debt.releaseRef;
  const [report] = await transport.inspect(debt.host, [debt.instance], { signal, timeoutMs: ASK_MS });
  if (isChangedByHand(report)) return { kind: "newer" };
  const staged = await bringRelease(
    ports,
    { host: debt.host, release: debt.releaseRef, source: debt.source, settings: debt.settings, back: true },
    { signal, timeoutMs: STAGE_MS },
  );
  if (staged.kind === "failed") throw new Error(`${staged.code}: ${staged.detail}`);
  const result = await transport.activate(
    debt.host,
    {
      instance: debt.instance,
      service: debt.service,
      tx: debt.tx,
      generation: debt.generation,
      mode: "rollback",
      release: { sha256, ...debt.release },
      settings: debt.settings,
      address: debt.host.address,
      port: debt.port,
      force: false,
      expect: null,
    },
    { signal },
  );
  const outcome = outcomeOf(result, debt, maskOf(debt.settings));
  if (outcome.kind === "verified") return { kind: "runs", release: debt.release, changed: outcome.changed };
  if (outcome.kind === "not_verified") {
    const failure: Failure = { step: "verify", code: outcome.code, params: outcome.params, evidence: outcome.evidence };
    return { kind: "failed", failure, durationMs: outcome.durationMs, runs: outcome.runs };
  }
  return outcome.kind === "refused" && outcome.code === "stale_generation" ? { kind: "newer" } : null;
}

/** What answers by now keeps what it runs. */
async function stop({ transport }: Ports, debt: Debt, signal: AbortSignal): Promise<Settlement> {
  const { host, instance, tx, generation } = debt;
  const [report] = await transport.inspect(host, [instance], { signal, check: true, timeoutMs: ASK_MS });
  if (isChangedByHand(report)) return { kind: "newer" };
  const runs = report?.process === null ? null : releaseOf(report?.current ?? null);
  if (runs !== null && report?.answers === true) return { kind: "runs", release: runs, changed: false };
  await transport.stop(host, { instance, tx, generation }, { signal, timeoutMs: STOP_MS });
  return { kind: "stopped" };
}

/** A person who went back by hand while the host could not be asked has decided since. */
function isChangedByHand(report: InstanceReport | undefined): boolean {
  return report?.journal.at(-1)?.mode === "hand";
}

async function record({ observations, transport }: Ports, debt: Debt, signal: AbortSignal): Promise<Settlement | null> {
  const generation = await observations.fenceDebt(debt);
  if (generation === null) return { kind: "newer" };
  const report = await transport.fence(
    debt.host,
    { instance: debt.instance, generation, cancelUnless: null },
    { signal, timeoutMs: ASK_MS },
  );
  return report.openTx === debt.tx ? null : settlementOf(debt, report);
}

function settlementOf(debt: Debt, report: InstanceReport): Settlement {
  const entry = report.journal.findLast((each) => each.tx === debt.tx);
  const end = entry === undefined ? ({ kind: "none" } as const) : endOf(entry, maskOf(debt.settings));
  if (end.kind === "none") return { kind: "never_began" };
  if (end.kind === "verified") return { kind: "runs", release: debt.release, changed: true };
  const runs = report.process === null ? null : releaseOf(report.current);
  return {
    kind: "failed",
    failure: { step: "verify", code: end.code, params: end.params, evidence: end.evidence },
    durationMs: end.durationMs,
    runs,
  };
}
