import type { z } from "zod";
import { fieldErrors, pointerOf, TELLING } from "@/lib/api/contract";
import { type FieldError, SlipwayError } from "@/lib/deploy/domain/errors";
import { readYaml, type YamlText } from "./yaml/read";

const BODY_LIMIT_BYTES = 1024 * 1024;
/** What is written by hand is small, and taking YAML apart takes its time. */
const YAML_LIMIT_BYTES = 128 * 1024;
const YAML_TYPE = /^(?:application|text)\/(?:x-)?yaml\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

export function invalid(...fields: readonly FieldError[]): SlipwayError {
  return new SlipwayError("invalid_request", {}, { fields });
}

/**
 * The body as JSON: only `application/json`, only UTF-8, at most 1 MiB. Nothing past the limit is read. No bytes at all are
 * `undefined`: whether a body may be left out, the operation's schema says.
 * @throws SlipwayError `invalid_request`
 */
export async function jsonBody(request: Request): Promise<unknown> {
  const bytes = await limited(request, BODY_LIMIT_BYTES);
  if (bytes.length === 0) return undefined;
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(type)) {
    throw invalid({ pointer: "", code: "content_type" });
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError)) throw error;
    throw invalid({ pointer: "", code: "not_json" });
  }
}

/** Whether the body says that it is YAML (RFC 9512, and the names before it). */
export function isYaml(request: Request): boolean {
  return YAML_TYPE.test(request.headers.get("content-type") ?? "");
}

/**
 * The body as YAML: only UTF-8, at most 128 KiB.
 * @throws SlipwayError `invalid_request` with the line of whatever is wrong
 */
export async function yamlBody(request: Request): Promise<YamlText> {
  const bytes = await limited(request, YAML_LIMIT_BYTES);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw invalid({ pointer: "", code: "not_utf8" });
  }
  return readYaml(text);
}

async function limited(request: Request, limit: number): Promise<Buffer> {
  const tooLarge = invalid({ pointer: "", code: "too_large", params: { limit } });
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (next === undefined || next.done) return Buffer.concat(chunks);
    size += next.value.byteLength;
    if (size > limit) {
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
  const result = schema.safeParse(value, TELLING);
  if (!result.success) throw invalid(...fieldErrors(result.error));
  const bad = unstorable(result.data, "");
  if (bad !== null) throw invalid({ pointer: bad, code: "invalid_text" });
  return result.data;
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
