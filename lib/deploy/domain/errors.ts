/** What can be refused, by a stable code. The HTTP status of each is a table of its own (`lib/api/server`). */
export const ERROR_CODES = [
  "invalid_request",
  "unauthorized",
  "forbidden",
  "not_found",
  "method_not_allowed",
  "service_not_found",
  "instance_not_found",
  "rollout_not_found",
  "version_not_found",
  "host_not_found",
  "id_reused",
  "already_exists",
  "in_use",
  "instance_busy",
  "version_content_changed",
  "invalid_transition",
  "plan_changed",
  "revision_changed",
  "held",
  "package_too_large",
  "invalid_package_url",
  "instance_not_in_service",
  "ambiguous_instance",
  "unsafe_package",
  "no_rollback_target",
  "barrier",
  "version_withdrawn",
  "package_digest_mismatch",
  "invalid_strategy",
  "rate_limited",
  "host_no_answer",
  "no_worker",
  "unavailable",
  "internal",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Why the change of one instance failed. Wire: `targets[].failure.code`, and `result.failed_instances[].code`. */
export const FAILURE_CODES = [
  "invalid_package_url",
  "package_too_large",
  "package_digest_mismatch",
  "version_content_changed",
  "unsafe_package",
  "package_unavailable",
  "stage_timeout",
  "host_unreachable",
  "host_tool_missing",
  "host_refused",
  "root_needed",
  "sudo_refused",
  "journal_too_new",
  "disk_full",
  "root_unusable",
  "release_missing",
  "stale_generation",
  "precondition_changed",
  "pre_stop_failed",
  "port_in_use",
  "start_failed",
  "exited",
  "unhealthy",
  "wrong_version",
  "post_start_failed",
  "restarted",
  "fell_over_in_bake",
  "cancelled",
  "no_answer",
  "worker_failed",
  "no_version",
  "internal",
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

export type Params = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** One bad field of a request. `pointer` is an RFC 6901 JSON pointer into the request body. */
export interface FieldError {
  readonly pointer: string;
  /** Stable; with `params` it fills a sentence of the message files (`fields.<code>`). */
  readonly code: string;
  readonly params?: Params;
  /** Where it stands in the text that was sent, both counted from 1; only where the text has lines for people. */
  readonly at?: { readonly line: number; readonly column: number };
}

/** The other rollout that stands in the way, for a 409. */
export interface ConflictingRollout {
  readonly rolloutId: string;
  readonly requestedBy: string;
  readonly createdAt: Date;
}

const MARK: unique symbol = Symbol.for("slipway.error");

/**
 * The one error of the deploy core. `code` is stable; `params` fill the sentence of the message files
 * (`errors.<code>`), so a sentence for a person is made at the edge, in the reader's language.
 */
export class SlipwayError extends Error {
  override readonly name = "SlipwayError";
  readonly [MARK] = true;

  /** Known by a mark: a bundler may load this module more than once in a process, and then the classes differ. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && MARK in value;
  }

  constructor(
    readonly code: ErrorCode,
    readonly params: Params = {},
    readonly more: {
      readonly fields?: readonly FieldError[];
      readonly conflict?: ConflictingRollout;
      readonly retryAfterS?: number;
      readonly plan?: unknown;
      readonly cause?: unknown;
    } = {},
  ) {
    super(`${code} ${JSON.stringify(params)}`, more.cause === undefined ? undefined : { cause: more.cause });
  }
}

/** What a failed change left behind for a person to read. Kept for ever with the target. */
export interface Evidence {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Health questions asked on the host, oldest first, at most the last 10. */
  readonly health: readonly { readonly at: string; readonly healthy: boolean; readonly detail: string }[];
  /** Last lines of the process's own log, at most 40 lines of at most 500 characters. */
  readonly log: readonly string[];
}

export interface Failure {
  readonly step: "package" | "stage" | "switch" | "verify" | "bake" | "settle";
  readonly code: FailureCode;
  readonly params: Params;
  readonly evidence: Evidence | null;
}
