import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { actorOf } from "@/lib/access/person";
import { intrusionOf } from "@/lib/access/same-origin";
import { core } from "@/lib/deploy/compose";
import { SlipwayError } from "@/lib/deploy/domain/errors";
import type { Actor } from "@/lib/deploy/ports";
import { log } from "@/lib/log";
import { metrics } from "./metrics";
import { problemResponse, refusalOf } from "./problem";
import { isYaml, jsonBody, parsed, queryOf, yamlBody } from "./request-parts";
import { localeOf } from "./sentence";
import { type FromWire, fromWire } from "./wire";
import { placed } from "./yaml/placed";

/** One method of one path: what it takes and what it answers, said once for the parser, the compiler and the OpenAPI page. */
export interface Operation<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  A extends z.ZodType = z.ZodType,
> {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** With `{name}` for each parameter. */
  readonly path: string;
  readonly summary: string;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly answer: A;
  /** Of the usual answer. */
  readonly status: number;
  /** The body may be YAML as well: what is wrong with it is told with its line. */
  readonly takesYaml?: boolean;
  /** The answer is a YAML text, not JSON. */
  readonly answersYaml?: boolean;
}

export interface Input<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  readonly request: Request;
  readonly actor: Actor;
  readonly params: FromWire<z.output<P>>;
  readonly query: FromWire<z.output<Q>>;
  readonly body: FromWire<z.output<B>>;
}

/** An answer with another status or more headers than the usual one. */
export class Answer<T> {
  constructor(
    readonly body: T,
    readonly options: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {}
}

/** Next gives no parameters at all where the path has none. */
type RouteContext = { readonly params: Promise<Readonly<Record<string, string | string[] | undefined>> | undefined> };
export type RouteHandler = (request: Request, context: RouteContext) => Promise<Response>;

/** A route's handler from an operation and what is done for it. */
export function handle<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  operation: Operation<P, Q, B, A>,
  act: (input: Input<P, Q, B>) => Promise<z.input<A> | Answer<z.input<A>> | Response>,
): RouteHandler {
  return guarded(operation.path, async (request, actor, params) => {
    const { value, located } = await bodyFor(operation, request);
    try {
      const input = {
        request,
        actor,
        params: fromWire(parsed(operation.params, params)),
        query: fromWire(parsed(operation.query, queryOf(request.url))),
        body: fromWire(parsed(operation.body, value)),
      };
      return respond(await act(input), operation.status);
    } catch (error) {
      throw located(error);
    }
  });
}

/** Everything that holds for every request: who may ask at all, the log line, the metric, and errors as problems. */
export function guarded(
  route: string,
  act: (request: Request, actor: Actor, params: Readonly<Record<string, unknown>>) => Promise<Response>,
): RouteHandler {
  return async (request, context) => {
    const began = performance.now();
    const id = randomUUID();
    let actor: Actor | null = null;
    let response: Response;
    try {
      const { config } = core();
      const intrusion = intrusionOf(request, config.hosts);
      if (intrusion !== null) throw new SlipwayError("forbidden", { why: intrusion });
      actor = actorOf(request, config.person);
      response = await act(request, actor, (await context.params) ?? {});
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.code === "internal" || refusal.code === "unavailable")
        log().error({ request: id, err: refusal.more.cause ?? refusal }, refusal.code);
      response = problemResponse(refusal, localeOf(request));
    }
    response.headers.set("x-request-id", id);
    const seconds = (performance.now() - began) / 1000;
    metrics().httpSeconds.observe({ method: request.method, route, status: response.status }, seconds);
    log().info({
      request: id,
      method: request.method,
      route,
      status: response.status,
      ms: Math.round(seconds * 1000),
      actor: actor?.name ?? null,
    });
    return response;
  };
}

interface Body {
  readonly value: unknown;
  /** What is wrong with it, told with its place where the body has lines for people. */
  readonly located: (error: unknown) => unknown;
}

async function bodyFor({ method, takesYaml }: Operation, request: Request): Promise<Body> {
  if (takesYaml === true && isYaml(request)) {
    const text = await yamlBody(request);
    return { value: text.value, located: (error) => placed(error, text) };
  }
  const value = method === "GET" || method === "DELETE" ? undefined : await jsonBody(request);
  return { value, located: (error) => error };
}

function respond<T>(answer: T | Answer<T> | Response, usual: number): Response {
  if (answer instanceof Response) return answer;
  const { body, options } = answer instanceof Answer ? answer : new Answer(answer);
  const status = options.status ?? usual;
  const headers = { "cache-control": "no-store", ...options.headers };
  if (status === 204) return new Response(null, { status, headers });
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
  });
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
type Method = (typeof METHODS)[number];

/** What a route file exports: the methods that it knows, and an answer in the API's own words for all others. */
export function resource(handlers: Partial<Record<Method, RouteHandler>>): Record<Method, RouteHandler> {
  const allow = METHODS.filter((method) => handlers[method] !== undefined).join(", ");
  const refuse: RouteHandler = async (request) =>
    problemResponse(new SlipwayError("method_not_allowed", { method: request.method, allow }), localeOf(request), { allow });
  const { GET = refuse, POST = refuse, PUT = refuse, PATCH = refuse, DELETE = refuse } = handlers;
  return { GET, POST, PUT, PATCH, DELETE };
}
