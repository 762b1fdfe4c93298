import type { Problem } from "@/lib/api/contract";
import { ERROR_CODES } from "@/lib/api/contract/words";

const CODES: ReadonlySet<unknown> = new Set(ERROR_CODES);

/** Whether this is a problem document with a code that this page knows. */
export function isProblem(answer: unknown): answer is Problem {
  return (
    typeof answer === "object" &&
    answer !== null &&
    "code" in answer &&
    CODES.has(answer.code) &&
    "status" in answer &&
    typeof answer.status === "number" &&
    "detail" in answer &&
    typeof answer.detail === "string" &&
    "params" in answer &&
    typeof answer.params === "object" &&
    answer.params !== null
  );
}

/** The API refused, and said why: the RFC 9457 body as it came. `message` is its sentence in the reader's language. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  constructor(
    readonly problem: Problem,
    /** Seconds from `Retry-After`, null without it. */
    readonly retryAfterS: number | null = null,
  ) {
    super(problem.detail);
  }

  get code(): Problem["code"] {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }
}

/**
 * No answer arrived: whether the request was carried out is unknown. Requests that start something carry an id of the
 * caller's, so sending the same one again is always safe.
 */
export class NetworkFailure extends Error {
  override readonly name = "NetworkFailure";
  constructor(
    readonly reason: "unreachable" | "timeout",
    options?: { readonly cause?: unknown },
  ) {
    super(reason, options);
  }
}

/** Something answered, but not in the words of the contract: a proxy's page, or a server of another version. */
export class UnexpectedAnswer extends Error {
  override readonly name = "UnexpectedAnswer";
  constructor(
    readonly status: number,
    readonly path: string,
    readonly detail: string,
  ) {
    super(`${path}: ${status} ${detail}`);
  }
}

/** Whether asking again, unchanged, may succeed by itself. */
export function isTransient(error: unknown): boolean {
  if (error instanceof NetworkFailure) return true;
  if (error instanceof UnexpectedAnswer) return error.status >= 500;
  return error instanceof ApiProblem && (error.status === 503 || error.status === 429);
}
