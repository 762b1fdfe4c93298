import type { z } from "zod";
import { type Query, search } from "./path";
import { ApiProblem, isProblem, NetworkFailure, UnexpectedAnswer } from "./problem";

const ROOT = "/api/v1";
const TIMEOUT_MS = 30_000;

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body is a text of this type and sent as it is; without it, a value that is sent as JSON. */
  readonly type?: "application/yaml";
}

/** What the API answers by a schema of the contract. */
export type Answer<Schema extends z.ZodType> = z.output<Schema>;

/**
 * The API, typed by the contract. A refused call throws {@link ApiProblem}, no answer {@link NetworkFailure}, what is no answer of the API
 * {@link UnexpectedAnswer}; an aborted call rejects with the browser's `AbortError`. Answers are made by the schemas on the server and not
 * checked again here: that would send every schema to every browser. `undefined` is the answer of a 204.
 */
export const api = {
  get: <T>(path: string, query?: Query, options?: CallOptions) => call<T>("GET", `${path}${search(query)}`, undefined, options),
  post: <T>(path: string, body?: unknown, options?: CallOptions) => call<T>("POST", path, body, options),
  put: <T>(path: string, body: unknown, options?: CallOptions) => call<T>("PUT", path, body, options),
  /** A text such as a YAML file. */
  putText: <T>(path: string, text: string, options: CallOptions & { readonly type: "application/yaml" }) =>
    call<T>("PUT", path, text, options),
  delete: <T>(path: string, options?: CallOptions) => call<T>("DELETE", path, undefined, options),
};

async function call<T>(method: string, path: string, body: unknown, options: CallOptions = {}): Promise<T> {
  const response = await send(method, path, body, options);
  if (!response.ok) throw refusal(response, path, await read(response, path));
  return await read(response, path);
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

/** An object, or undefined where there is no content. */
async function read(response: Response, path: string) {
  if (response.status === 204) return undefined;
  const type = response.headers.get("content-type") ?? "";
  if (!/\bjson\b/.test(type)) throw new UnexpectedAnswer(response.status, path, type === "" ? "no content type" : type);
  try {
    const answer = await response.json();
    if (typeof answer === "object" && answer !== null) return answer;
    throw new UnexpectedAnswer(response.status, path, "not an object");
  } catch (cause) {
    if (cause instanceof UnexpectedAnswer) throw cause;
    if (cause instanceof SyntaxError) throw new UnexpectedAnswer(response.status, path, "not JSON");
    throw cause instanceof DOMException && cause.name === "AbortError" ? cause : new NetworkFailure("unreachable", { cause });
  }
}

function refusal(response: Response, path: string, answer: unknown): Error {
  if (!isProblem(answer)) return new UnexpectedAnswer(response.status, path, "not a problem document");
  const after = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new ApiProblem(answer, Number.isFinite(after) ? after : null);
}

/** The page's language: the API writes the sentences of its problems in it. */
function language(): string {
  return typeof document === "undefined" ? "en" : document.documentElement.lang || "en";
}
