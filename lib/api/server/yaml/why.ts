import type { ErrorCode } from "yaml";

/** What the sentence of `fields.yaml` tells apart. */
const WHY: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: "tab",
  BAD_INDENT: "indent",
  MISSING_CHAR: "missing",
  MULTIPLE_DOCS: "documents",
  TAG_RESOLVE_FAILED: "tag",
  BAD_ALIAS: "alias",
  BAD_DQ_ESCAPE: "escape",
  BAD_SCALAR_START: "start",
  BAD_DIRECTIVE: "directive",
  MULTILINE_IMPLICIT_KEY: "name",
  BLOCK_AS_IMPLICIT_KEY: "name",
  NON_STRING_KEY: "name",
  KEY_OVER_1024_CHARS: "name",
  RESOURCE_EXHAUSTION: "deep",
};

/** Why a text is no YAML that is read here. */
export function whyOf(code: ErrorCode): string {
  return WHY[code] ?? "other";
}
