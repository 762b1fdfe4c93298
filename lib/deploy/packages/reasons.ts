import { type Params, SlipwayError } from "../domain/errors";
import { shownText } from "../domain/shown-text";

/** Why a package URL cannot be used: `params.why` of `invalid_package_url`. */
const URL_REASONS = [
  "syntax",
  "scheme",
  "credentials",
  "address_refused",
  "name_not_found",
  "connection_refused",
  "unreachable",
  "reset",
  "timeout",
  "tls",
  "status",
  "redirects",
  "downgrade",
  "bad_answer",
  "empty",
  "not_an_archive",
] as const;
export type UrlReason = (typeof URL_REASONS)[number];

/** Why an archive is not unpacked anywhere: `params.why` of `unsafe_package`. */
const UNSAFE_REASONS = [
  "empty_name",
  "absolute_name",
  "parent_segment",
  "backslash",
  "control_character",
  "name_encoding",
  "name_too_long",
  "duplicate_name",
  "through_link",
  "through_file",
  "link_leaves",
  "hard_link",
  "device",
  "fifo",
  "unknown_type",
  "set_id",
  "encrypted",
  "unknown_compression",
  "too_many_entries",
  "too_large_unpacked",
  "ratio",
  "malformed",
  "no_files",
] as const;
export type UnsafeReason = (typeof UNSAFE_REASONS)[number];

/** `params` hold what the sentence names: `url` (without its query), `status`, `address`, `name`. */
export function invalidUrl(why: UrlReason, params: Params = {}, cause?: unknown): SlipwayError {
  return new SlipwayError("invalid_package_url", { why, ...params }, { cause });
}

/** The reason that an error carries, null when it is not `invalid_package_url`. */
export function urlReason(error: unknown): UrlReason | null {
  if (!(error instanceof SlipwayError) || error.code !== "invalid_package_url") return null;
  return URL_REASONS.find((reason) => reason === error.params.why) ?? null;
}

/** `size` and `limit` are bytes. */
export function tooLarge(size: number, limit: number): SlipwayError {
  return new SlipwayError("package_too_large", { size, limit });
}

const SHOWN_NAME_CHARACTERS = 200;

/** `entry` is the name inside the archive, "" where the archive as a whole is meant; shown with control characters replaced. */
export function unsafe(entry: string, why: UnsafeReason, cause?: unknown): SlipwayError {
  return new SlipwayError("unsafe_package", { entry: shownText(entry, SHOWN_NAME_CHARACTERS), why }, { cause });
}
