import type { ErrorCode } from "@/lib/deploy/domain/errors";

/** The HTTP status of every refusal. */
export const HTTP_STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  service_not_found: 404,
  instance_not_found: 404,
  rollout_not_found: 404,
  version_not_found: 404,
  host_not_found: 404,
  id_reused: 409,
  already_exists: 409,
  in_use: 409,
  instance_busy: 409,
  version_content_changed: 409,
  invalid_transition: 409,
  plan_changed: 409,
  revision_changed: 409,
  held: 409,
  package_too_large: 413,
  invalid_package_url: 422,
  instance_not_in_service: 422,
  ambiguous_instance: 422,
  unsafe_package: 422,
  no_rollback_target: 422,
  barrier: 422,
  version_withdrawn: 422,
  package_digest_mismatch: 422,
  invalid_strategy: 422,
  rate_limited: 429,
  host_no_answer: 503,
  no_worker: 503,
  unavailable: 503,
  internal: 500,
};

/** Seconds of `Retry-After` where the refusal itself names none; null = the same request will not succeed by waiting. */
export function retryAfterS(status: number): number | null {
  if (status === 409) return 5;
  return status === 429 || status === 503 ? 2 : null;
}
