/** The contract's closed lists by themselves: a page that only names things loads no schema. */
export { ERROR_CODES } from "@/lib/deploy/domain/errors";
export { EVENT_CODES } from "@/lib/deploy/domain/events";
export { ROLLOUT_KINDS, ROLLOUT_STATUSES } from "@/lib/deploy/domain/statuses";
