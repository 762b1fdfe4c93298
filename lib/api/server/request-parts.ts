import type { z } from "zod";
import { type FieldError, SlipwayError } from "@/lib/deploy/domain/errors";

const BODY_LIMIT_BYTES = 1024 * 1024;

export function invalid(...fields: readonly FieldError[]): SlipwayError {
  return new SlipwayError("invalid_request", {}, { fields });
}

/**
 * The body as JSON: only `application/json`, only UTF-8, at most 1 MiB. Nothing past the limit is read. No bytes at all are
 * `undefined`: whether a body may be left out, the operation's schema says.
 * @throws SlipwayError `invalid_request`
 */
export async function jsonBody(request: Request): Promise<unknown> {
  const bytes = await limited(request);
  if (bytes.length === 0) return undefined;
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(type)) {
    throw invalid({ pointer: "", code: "content_type", detail: "the body must be application/json in UTF-8" });
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError)) throw error;
    throw invalid({ pointer: "", code: "not_json", detail: "the body is not JSON in UTF-8" });
  }
}

async function limited(request: Request): Promise<Buffer> {
  const tooLarge = invalid({ pointer: "", code: "too_large", detail: `the body is larger than ${BODY_LIMIT_BYTES} bytes` });
  if (Number(request.headers.get("content-length") ?? 0) > BODY_LIMIT_BYTES) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (next === undefined || next.done) return Buffer.concat(chunks);
    size += next.value.byteLength;
    if (size > BODY_LIMIT_BYTES) {
      await reader?.cancel();
      throw tooLarge;
    }
    chunks.push(next.value);
  }
}

/** A query string as an object; a name given more than once has a list. */
export function queryOf(url: string): Record<string, string | string[]> {
  const { searchParams } = new URL(url);
  const names = [...new Set(searchParams.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const all = searchParams.getAll(name);
      return [name, all.length === 1 ? (all[0] ?? "") : all];
    }),
  );
}

/**
 * What a schema makes of a part of the request. `at` stands before every pointer.
 * @throws SlipwayError `invalid_request` that names each bad field.
 */
export function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (!result.success) throw invalid(...result.error.issues.flatMap(fieldErrors));
  const bad = unstorable(result.data, "");
  if (bad !== null) throw invalid({ pointer: bad, code: "invalid_text", detail: "text with a NUL or half a character" });
  return result.data;
}

function fieldErrors(issue: z.core.$ZodIssue): readonly FieldError[] {
  const pointer = pointerOf(issue.path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      pointer: `${pointer}${pointerOf([key])}`,
      code: "unknown_field",
      detail: "not a field of this request",
    }));
  }
  return [{ pointer, code: issue.code, detail: issue.message }];
}

/** RFC 6901. */
function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The first text that PostgreSQL could not keep: one with a NUL, or with half of a surrogate pair. Its pointer, or null. */
function unstorable(value: unknown, pointer: string): string | null {
  if (typeof value === "string") return value.includes("\0") || !wellFormed(value) ? pointer : null;
  if (typeof value !== "object" || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const at = `${pointer}${pointerOf([key])}`;
    const bad = unstorable(key, at) ?? unstorable(inner, at);
    if (bad !== null) return bad;
  }
  return null;
}

function wellFormed(text: string): boolean {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
}
