import { z } from "zod";
import { problem } from "@/lib/api/contract";
import { type Query, search } from "./path";
import { ApiProblem, NetworkFailure, UnexpectedAnswer } from "./problem";

const ROOT = "/api/v1";
const TIMEOUT_MS = 30_000;

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body is a text of this type and sent as it is; without it, a value that is sent as JSON. */
  readonly type?: "application/yaml";
}

/** The schema of an answer without a body (204). */
export const nothing = z.undefined();

/**
 * The API, typed by the contract. A refused call throws {@link ApiProblem}, no answer {@link NetworkFailure}, an answer
 * outside the contract {@link UnexpectedAnswer}; an aborted call rejects with the browser's `AbortError`.
 */
export const api = {
  get: <T>(schema: z.ZodType<T>, path: string, query?: Query, options?: CallOptions) =>
    call(schema, "GET", `${path}${search(query)}`, undefined, options),
  post: <T>(schema: z.ZodType<T>, path: string, body?: unknown, options?: CallOptions) =>
    call(schema, "POST", path, body, options),
  put: <T>(schema: z.ZodType<T>, path: string, body: unknown, options?: CallOptions) => call(schema, "PUT", path, body, options),
  /** A text such as a YAML file. */
  putText: <T>(schema: z.ZodType<T>, path: string, text: string, options: CallOptions & { readonly type: "application/yaml" }) =>
    call(schema, "PUT", path, text, options),
  delete: <T>(schema: z.ZodType<T>, path: string, options?: CallOptions) => call(schema, "DELETE", path, undefined, options),
};

async function call<T>(schema: z.ZodType<T>, method: string, path: string, body: unknown, options: CallOptions = {}): Promise<T> {
  const response = await send(method, path, body, options);
  const answer = await read(response, path);
  if (!response.ok) throw refusal(response, path, answer);
  const parsed = schema.safeParse(answer);
  if (!parsed.success) throw new UnexpectedAnswer(response.status, path, z.prettifyError(parsed.error));
  return parsed.data;
}

async function send(method: string, path: string, body: unknown, options: CallOptions): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetch(`${ROOT}${path}`, {
      method,
      headers: {
        accept: "application/json, application/problem+json",
        "accept-language": language(),
        ...(body === undefined ? {} : { "content-type": options.type ?? "application/json" }),
        ...options.headers,
      },
      body: body === undefined ? undefined : options.type !== undefined && typeof body === "string" ? body : JSON.stringify(body),
      signal: options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]),
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch (cause) {
    if (options.signal?.aborted === true) throw cause;
    throw new NetworkFailure(timeout.aborted ? "timeout" : "unreachable", { cause });
  }
}

async function read(response: Response, path: string): Promise<unknown> {
  if (response.status === 204) return undefined;
  const type = response.headers.get("content-type") ?? "";
  if (!/\bjson\b/.test(type)) throw new UnexpectedAnswer(response.status, path, type === "" ? "no content type" : type);
  try {
    return await response.json();
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new UnexpectedAnswer(response.status, path, "not JSON");
    throw cause instanceof DOMException && cause.name === "AbortError" ? cause : new NetworkFailure("unreachable", { cause });
  }
}

function refusal(response: Response, path: string, answer: unknown): Error {
  const parsed = problem.safeParse(answer);
  if (!parsed.success) return new UnexpectedAnswer(response.status, path, "not a problem document");
  const after = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new ApiProblem(parsed.data, Number.isFinite(after) ? after : null);
}

/** The page's language: the API writes the sentences of its problems in it. */
function language(): string {
  return typeof document === "undefined" ? "en" : document.documentElement.lang || "en";
}
