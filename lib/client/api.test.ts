import { createServer, type IncomingMessage, type Server } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { api } from "./api";
import { path, search } from "./path";
import { ApiProblem, isTransient, NetworkFailure, UnexpectedAnswer } from "./problem";

interface Reply {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly hangs?: boolean;
}

let server: Server;
let reply: Reply = { status: 200 };
let seen: IncomingMessage | undefined;
const realFetch = globalThis.fetch;
interface Thing {
  readonly name: string;
}

beforeAll(async () => {
  server = createServer((request, response) => {
    seen = request;
    if (reply.hangs === true) return;
    response.writeHead(reply.status, { ...(reply.type === undefined ? {} : { "content-type": reply.type }), ...reply.headers });
    response.end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  // A browser resolves paths against the page.
  vi.stubGlobal("fetch", (input: string, init?: RequestInit) => realFetch(new URL(input, `http://127.0.0.1:${port}`), init));
});
afterEach(() => vi.useRealTimers());
afterAll(() => {
  vi.unstubAllGlobals();
  server.closeAllConnections();
  server.close();
});

const refused = {
  type: "about:blank",
  title: "Held",
  status: 409,
  code: "held",
  detail: "Deployments of checkout are held by lin.wei.",
  params: { by: "lin.wei" },
};

describe("the API client", () => {
  it("gives what the API answered", async () => {
    reply = { status: 200, type: "application/json", body: JSON.stringify({ name: "checkout" }) };
    await expect(api.get<Thing>("/services/checkout")).resolves.toEqual({ name: "checkout" });
    expect(seen?.url).toBe("/api/v1/services/checkout");
    expect(seen?.headers["accept-language"]).toBe("en");
  });

  it("takes an answer without a body", async () => {
    reply = { status: 204 };
    await expect(api.delete<undefined>("/services/checkout/hold")).resolves.toBeUndefined();
  });

  it("throws a refusal with everything that it said", async () => {
    reply = {
      status: 409,
      type: "application/problem+json; charset=utf-8",
      body: JSON.stringify(refused),
      headers: { "retry-after": "5" },
    };
    const error = await api.post<Thing>("/deployments", {}).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({ code: "held", status: 409, message: refused.detail, retryAfterS: 5, problem: refused });
  });

  it.each<[string, Reply]>([
    ["a proxy's page", { status: 502, type: "text/html", body: "<h1>Bad gateway</h1>" }],
    ["a broken body", { status: 200, type: "application/json", body: "{" }],
    ["what is no object", { status: 200, type: "application/json", body: '"checkout"' }],
    ["an empty page", { status: 200 }],
    ["an unknown problem", { status: 418, type: "application/problem+json", body: '{"code":"teapot"}' }],
  ])("says that %s is not understood", async (_, given) => {
    reply = given;
    const error = await api.get<Thing>("/services/checkout").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UnexpectedAnswer);
    expect(error).toMatchObject({ status: given.status });
  });

  it("tells no answer from a refusal", async () => {
    vi.stubGlobal("fetch", () => realFetch("http://127.0.0.1:1/"));
    await expect(api.get<Thing>("/services")).rejects.toMatchObject({ name: "NetworkFailure", reason: "unreachable" });
  });
});

describe("a call that is given up", () => {
  it("rejects with the abort itself", async () => {
    vi.stubGlobal("fetch", (_: string, init?: RequestInit) => {
      init?.signal?.throwIfAborted();
      return new Promise(() => undefined);
    });
    const gone = AbortSignal.abort();
    await expect(api.get<Thing>("/services", {}, { signal: gone })).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("asking again by itself", () => {
  it("is for no answer and for a server in trouble, never for a refusal", () => {
    expect(isTransient(new NetworkFailure("timeout"))).toBe(true);
    expect(isTransient(new UnexpectedAnswer(502, "/", ""))).toBe(true);
    expect(isTransient(new UnexpectedAnswer(200, "/", ""))).toBe(false);
    expect(isTransient(new Error("a fault of the page"))).toBe(false);
  });
});

describe("paths", () => {
  it("encode what is put into them", () => {
    expect(path`/instances/${"a/b c"}/health`).toBe("/instances/a%2Fb%20c/health");
  });

  it("leave out what was not given and repeat lists", () => {
    expect(search({ version: ["1", "2"], status: "", host: null, text: undefined, limit: 5 })).toBe(
      "?version=1&version=2&limit=5",
    );
    expect(search({})).toBe("");
  });
});
