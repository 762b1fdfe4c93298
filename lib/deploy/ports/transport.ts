/** What can be asked of a host. */
import type { Readable } from "node:stream";
import type { Evidence, FailureCode } from "../domain/errors";
import type { HostTrouble } from "../domain/host-troubles";
import type { ServiceSettings } from "../domain/settings";
import type { HostRef } from "./host";

/** The host could not be asked, or its answer did not arrive. What it did is unknown: ask it again. */
export class HostUnreachable extends Error {
  override readonly name = "HostUnreachable";
  /** Why, where that is known; `reason` is its sentence then. */
  readonly trouble: HostTrouble | null;
  constructor(
    readonly host: string,
    readonly reason: string,
    { trouble = null, ...options }: { readonly cause?: unknown; readonly trouble?: HostTrouble | null } = {},
  ) {
    super(`${host}: ${reason}`, options);
    this.trouble = trouble;
  }
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Bound for the whole call in milliseconds; past it the call rejects with HostUnreachable. */
  readonly timeoutMs?: number;
}

/** A release on a host is content: the digest of its tar.gz names it. */
export interface ReleaseRef {
  readonly sha256: string;
  readonly version: string;
  readonly revision: number;
}

/** How a release gets to a host. */
export interface Delivery {
  /** Address that the host is to fetch it from, asked for when it is needed; null = its bytes are sent through the connection. */
  readonly address: (() => Promise<string>) | null;
  /** Bytes a second; null = as fast as it goes. */
  readonly bytesPerS: number | null;
  /** What serves on the host goes first. */
  readonly background: boolean;
}

export type StageResult =
  /** `fetchFailed`: why the host could not fetch it, where it was sent after that. */
  | { readonly kind: "staged"; readonly moved: boolean; readonly fetchFailed?: string }
  | { readonly kind: "failed"; readonly code: FailureCode; readonly detail: string };

/** One change of one instance on its host. `tx` names it for ever: the same key twice attaches, it never runs twice. */
export interface ActivateCommand {
  readonly instance: string;
  readonly service: string;
  readonly tx: string;
  readonly generation: number;
  /** What the host does when it finds this change interrupted after the switch: go back (deployment) or go on (rollback). */
  readonly mode: "deployment" | "rollback";
  readonly release: ReleaseRef;
  readonly settings: ServiceSettings;
  /** Address and port that the instance listens on. */
  readonly address: string;
  readonly port: number;
  /** Restart even when it already runs this release with this revision and answers. */
  readonly force: boolean;
  /** Refuse with `precondition_changed` when something else runs; null = whatever runs. */
  readonly expect: { readonly sha256: string; readonly revision: number } | null;
}

export type ActivateResult =
  /** The release runs and was verified. `changed` false: it already did, nothing was touched. */
  | { readonly kind: "verified"; readonly changed: boolean; readonly report: InstanceReport }
  /** It did not verify; what ran before runs again, verified. */
  | {
      readonly kind: "reverted";
      readonly code: FailureCode;
      readonly detail: string;
      readonly evidence: Evidence;
      readonly report: InstanceReport;
    }
  /** It did not verify and nothing runs now: there was no earlier version, or that one does not come up either. */
  | {
      readonly kind: "down";
      readonly code: FailureCode;
      readonly detail: string;
      readonly evidence: Evidence;
      readonly report: InstanceReport;
    }
  /** Nothing was begun: what ran runs. */
  | { readonly kind: "refused"; readonly code: FailureCode; readonly detail: string; readonly report: InstanceReport | null };

/** One transaction as the host's journal has it. */
export interface JournalEntry {
  readonly tx: string;
  readonly generation: number;
  readonly mode: "deployment" | "rollback" | "hand";
  /** `open`: running now, or interrupted and not yet recovered. */
  readonly outcome: "open" | "done" | "unchanged" | "reverted" | "down";
  readonly release: ReleaseRef;
  readonly previous: ReleaseRef | null;
  readonly code: FailureCode | null;
  readonly detail: string;
  readonly evidence: Evidence | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

/** What really runs: recording uses this and never memory. */
export interface InstanceReport {
  readonly instance: string;
  /** Highest generation that the host has seen for it. */
  readonly generation: number;
  /** Where `current` points, null when nothing was ever activated. */
  readonly current: ReleaseRef | null;
  /** The release that the journal says was verified last. */
  readonly verified: ReleaseRef | null;
  readonly process: { readonly pid: number; readonly startedAt: Date } | null;
  /** One health question asked on the host itself; null when none was asked. */
  readonly answers: boolean | null;
  /** How often what is current was started again by its host since its change: above 0, another process runs than was verified. */
  readonly restarts: number;
  readonly openTx: string | null;
  /** Newest last, at most 50. */
  readonly journal: readonly JournalEntry[];
  /** Digests of the complete releases on the host. */
  readonly releases: readonly string[];
}

export interface FenceCommand {
  readonly instance: string;
  readonly generation: number;
  /** Cancel the transaction under way unless it brings exactly this release and revision; null = leave it running. */
  readonly cancelUnless: { readonly sha256: string; readonly revision: number } | "always" | null;
}

/**
 * A host and what it can do. A command that ran and failed is a value; a host that cannot be asked, or whose answer was cut
 * off, throws HostUnreachable. Every command that names a generation lower than the host has seen is `stale_generation`; only a change
 * whose key the host knows is answered with what became of it.
 */
export interface Transport {
  /**
   * Puts a release on the host, complete or not at all. `open` is called only when bytes must be sent; they are, too, where the host
   * cannot fetch them. Without a delivery they are sent as fast as it goes. Twice is free.
   */
  stage(
    host: HostRef,
    release: { readonly sha256: string; readonly size: number },
    open: () => Promise<Readable>,
    options?: CallOptions & { readonly delivery?: Delivery },
  ): Promise<StageResult>;
  /** `onVerifying`: told once, when the new version has been started and is being verified; a transport may leave it out. */
  activate(
    host: HostRef,
    command: ActivateCommand,
    options?: CallOptions & { readonly onVerifying?: () => void },
  ): Promise<ActivateResult>;
  /**
   * Raises the generation and answers at once with the journal, even while a transaction runs; where none does, it asks the instance,
   * too. Throws StaleGeneration.
   */
  fence(host: HostRef, command: FenceCommand, options?: CallOptions): Promise<InstanceReport>;
  inspect(
    host: HostRef,
    instances: readonly string[],
    options?: CallOptions & { readonly check?: boolean },
  ): Promise<readonly InstanceReport[]>;
  /** Settles every instance by its journal and starts what should run. */
  boot(host: HostRef, instances: readonly string[], options?: CallOptions): Promise<readonly InstanceReport[]>;
  /** Stops the process; the instance stays off until it is activated or booted again. Refused with a stale generation. */
  powerOff(
    host: HostRef,
    command: { readonly instance: string; readonly generation: number },
    options?: CallOptions,
  ): Promise<InstanceReport>;
  /**
   * Ends an instance's run for good: unlike after `powerOff`, a boot leaves it off, too, and only a change starts it again. `tx` names
   * the decision; the same one twice is free. Throws StaleGeneration.
   */
  stop(
    host: HostRef,
    command: { readonly instance: string; readonly tx: string; readonly generation: number },
    options?: CallOptions,
  ): Promise<InstanceReport>;
  /** Deletes releases that are neither current, nor verified last, nor among `keep`. */
  prune(host: HostRef, keep: readonly string[], options?: CallOptions): Promise<{ readonly removed: readonly string[] }>;
  close(): Promise<void>;
}

/** The host has seen a higher generation of this instance than the command carries. */
export class StaleGeneration extends Error {
  override readonly name = "StaleGeneration";
  constructor(
    readonly instance: string,
    readonly seen: number,
  ) {
    super(`${instance}: the host has seen generation ${seen}`);
  }
}
