import { readdirSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { problem } from "@/lib/api/contract";
import { TestFleet } from "@/lib/deploy/testing/fleet";
import * as operations from "./operations";
import type { Operation, RouteHandler } from "./route";

const ROOT = path.resolve(import.meta.dirname, "../../../app/api/v1");
const all: readonly Operation[] = Object.values(operations).flatMap((group): readonly Operation[] => Object.values(group));
const writes = all.filter((operation) => operation.method !== "GET");

let fleet: TestFleet;
const routes = new Map<string, Readonly<Record<string, RouteHandler>>>();

beforeAll(async () => {
  fleet = await TestFleet.open();
  globalThis.slipwayCore = fleet.core;
  await fleet.host("h1");
  await fleet.service("web");
  await fleet.instances("web", "h1", "web-1");
  await fleet.version("web", "1.0");
  await fleet.run("web-1", "web", "1.0");
  await fleet.rollout("ro-1", "web", "paused", [{ instance: "web-1", status: "staged", holding: true }]);
  for (const file of readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith("route.ts"))) {
    const module: Readonly<Record<string, RouteHandler>> = await import(path.join(ROOT, file));
    routes.set(`/${path.dirname(file).replaceAll("[", "{").replaceAll("]", "}")}`, module);
  }
});
afterAll(async () => {
  globalThis.slipwayCore = undefined;
  await fleet.close();
});

const GOOD: Readonly<Record<string, string>> = {
  service: "web",
  version: "1.0",
  id: "web-1",
  host: "h1",
  deploy_id: "ro-1",
  rollback_id: "ro-1",
};
const paramsOf = (operation: Operation) => {
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? "");
  const rollout = operation.path.startsWith("/rollouts/");
  return Object.fromEntries(names.map((name) => [name, rollout ? "ro-1" : (GOOD[name] ?? "")]));
};

interface Sent {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: BodyInit;
  readonly type?: string;
}

async function send(
  operation: Operation,
  { params = paramsOf(operation), query = "", body, type = "application/json" }: Sent,
): Promise<Response> {
  const handler = routes.get(operation.path)?.[operation.method];
  if (handler === undefined) throw new Error(`no route for ${operation.method} ${operation.path}`);
  const init = body === undefined ? {} : { body, headers: { "content-type": type } };
  const request = new Request(`http://localhost/api/v1${query}`, { method: operation.method, ...init });
  return await handler(request, { params: Promise.resolve(params) });
}

/** Everything that a request could have changed; audit entries of refusals are meant to be written. */
async function contents(): Promise<unknown> {
  const { db } = fleet.core;
  const [counts] = await db.$queryRaw<unknown[]>`
    SELECT (SELECT json_agg(s ORDER BY name) FROM services s) AS services, (SELECT json_agg(i ORDER BY id) FROM instances i) AS instances,
      (SELECT json_agg(h ORDER BY name) FROM hosts h) AS hosts, (SELECT json_agg(v ORDER BY version) FROM versions v) AS versions,
      (SELECT json_agg(r ORDER BY id) FROM rollouts r) AS rollouts, (SELECT json_agg(t ORDER BY instance_id) FROM rollout_targets t) AS targets,
      (SELECT count(*)::int FROM events) AS events, (SELECT count(*)::int FROM activations) AS activations,
      (SELECT count(*)::int FROM settings_revisions) AS revisions`;
  return counts;
}

async function refusedWithoutEffect(operation: Operation, sent: Sent): Promise<void> {
  const before = await contents();
  const response = await send(operation, sent);
  const text = await response.text();
  const where = `${operation.method} ${operation.path} ${JSON.stringify(sent).slice(0, 200)} → ${response.status} ${text.slice(0, 200)}`;
  expect(response.status, where).toBeGreaterThanOrEqual(400);
  expect(response.status, where).toBeLessThan(500);
  expect(response.headers.get("content-type"), where).toMatch(/^application\/problem\+json/);
  expect(problem.safeParse(JSON.parse(text)).success, where).toBe(true);
  expect(await contents(), where).toEqual(before);
}

const named = (operations: readonly Operation[]) =>
  operations.map((operation) => [`${operation.method} ${operation.path}`, operation] as const);
const takesBody = (operation: Operation) => operation.method !== "DELETE" && !operation.body.safeParse(undefined).success;

const HOSTILE = [
  "",
  "../../etc/passwd",
  "..%2f..",
  "a b",
  "$(reboot)",
  "`id`",
  "a;rm -rf /",
  "a|b",
  "a\nb",
  "a\0b",
  "\u202Eabc",
  "\ud800",
  "-rf",
  "'; DROP TABLE services; --",
  "x".repeat(5000),
  "名",
  "__proto__",
  "<script>",
];

it("every operation has its route, and every route its operation", () => {
  const described = new Set(all.map((operation) => operation.path));
  for (const operation of all) expect(routes.get(operation.path)?.[operation.method], operation.path).toBeDefined();
  const other = [...routes.keys()].filter((route) => !described.has(route));
  expect(other.sort()).toEqual(["/events", "/openapi.json", "/rollouts/{id}/events"]);
});

describe("hostile names in the path", () => {
  it.each(named(all.filter((operation) => operation.path.includes("{"))))("%s", async (_, operation) => {
    for (const name of Object.keys(paramsOf(operation))) {
      for (const value of HOSTILE)
        await refusedWithoutEffect(operation, { params: { ...paramsOf(operation), [name]: value }, ...bodyFor(operation) });
    }
  });
});

describe("hostile query strings", () => {
  it.each(named(all.filter((operation) => operation.method === "GET")))("%s", async (_, operation) => {
    for (const query of ["?unknown=1", "?limit=0&limit=2&nonsense=", "?cursor=%00&x", "?constructor=1", "?__proto__=1"]) {
      await refusedWithoutEffect(operation, { query });
    }
  });

  it.each([
    "limit=0",
    "limit=501",
    "limit=1e9",
    "limit=-1",
    "limit=abc",
    "cursor=abc",
    "cursor=W10",
    `cursor=${"a".repeat(600)}`,
    "cursor=WyJcdTAwMDAiXQ",
    "cursor=eyJhIjoxfQ",
  ])("a list refuses ?%s", async (query) => {
    for (const operation of [
      operations.services.listServices,
      operations.rollouts.listRollouts,
      operations.fleet.listChanges,
      operations.rollouts.listTargets,
      operations.services.listVersions,
      operations.instances.listActivations,
    ]) {
      await refusedWithoutEffect(operation, { query: `?${query}` });
    }
  });

  it("a cursor of another list is refused", async () => {
    const foreign = Buffer.from(JSON.stringify(["99999999999999999999", "x"])).toString("base64url");
    await refusedWithoutEffect(operations.rollouts.listRollouts, { query: `?cursor=${foreign}` });
  });

  it.each(["%00", "%ed%a0%80", "a%00b"])("text that no database keeps is refused or finds nothing: %s", async (text) => {
    const response = await send(operations.services.listInstances, { query: `?text=${text}&version=${text}` });
    expect([200, 400]).toContain(response.status);
  });
});

/** A body of the right kind, so that only the name in the path is wrong. */
function bodyFor(operation: Operation): Sent {
  return takesBody(operation) ? { body: "{}" } : {};
}

describe("bodies that are none", () => {
  it.each(named(writes.filter(takesBody)))("%s", async (_, operation) => {
    for (const body of [
      "{",
      "[]",
      "null",
      "1",
      '"a"',
      "[".repeat(100_000),
      `{"a":${"[".repeat(20_000)}`,
      new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]),
    ]) {
      await refusedWithoutEffect(operation, { body });
    }
    await refusedWithoutEffect(operation, {});
    if (!operation.body.safeParse({}).success) await refusedWithoutEffect(operation, { body: "{}" });
    await refusedWithoutEffect(operation, { body: "{}", type: "text/plain" });
    await refusedWithoutEffect(operation, { body: "{}", type: "application/json; charset=utf-16" });
    await refusedWithoutEffect(operation, { body: "a=1", type: "application/x-www-form-urlencoded" });
    await refusedWithoutEffect(operation, { body: `{"name":"${"x".repeat(10 * 1024 * 1024)}"}` });
  });
});

describe("fields that are wrong", () => {
  const VALID: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    "POST /services": { name: "new", labels: {}, settings: { start: ["./a"] } },
    "PUT /services/{service}": { settings: { start: ["./a"] }, labels: { a: "b" }, expected_revision: 1 },
    "PUT /services/{service}/slipway.yaml": { name: "web", labels: {}, settings: { start: ["./a"] } },
    "PUT /slipway.yaml": { name: "new", labels: {}, settings: { start: ["./a"] } },
    "POST /services/{service}/instances": { instances: [{ instance_id: "n-1", host: "h1", port: 9000 }] },
    "PUT /services/{service}/versions/{version}/barrier": { barrier: { reason: "a" } },
    "POST /services/{service}/rollback": { rollback_id: "rb-9", takes_back: "ro-1", reason: "a", hold: true },
    "POST /services/{service}/restart": { deploy_id: "d-9", instances: ["web-1"] },
    "POST /deployments": {
      deploy_id: "d-9",
      service: "web",
      version: "1.0",
      instances: ["web-1"],
      package_url: "http://127.0.0.1:1/a.tar.gz",
      package_sha256: "a".repeat(64),
    },
    "POST /rollbacks": {
      rollback_id: "rb-9",
      service: "web",
      target_version: "1.0",
      instances: ["web-1"],
      package_url: "http://127.0.0.1:1/a.tar.gz",
    },
    "POST /rollouts/preview": { kind: "deployment", service: "web", version: "1.0", instances: ["web-1"] },
    "POST /rollouts/{id}/actions": { action: "abort", wave: 1, expected_seq: 0 },
    "PUT /hosts/{host}": { state: "draining" },
    "POST /hosts": { name: "h9", kind: "local", address: "127.0.0.9", root: "/srv/h9" },
    "POST /hosts/check": { name: "h9", kind: "local", address: "127.0.0.9", root: "/srv/h9" },
    "PUT /hosts/{host}/host-key": { host_key: `ssh-ed25519 ${"A".repeat(68)}` },
    "POST /packages/validate": { package_url: "http://127.0.0.1:1/a.tar.gz" },
  };
  const OPTIONAL_BODY = [
    "POST /services/{service}/hold",
    "POST /services/{service}/versions/{version}/withdraw",
    "POST /instances/{id}/adopt",
    "POST /hosts/{host}/check",
  ];
  const WRONG = [null, 0, -1, 1.5, true, [], {}, [null], [{}], ...HOSTILE];

  it("every operation with a body is here", () => {
    const names = writes
      .filter((operation) => operation.method !== "DELETE")
      .map((operation) => `${operation.method} ${operation.path}`);
    expect([...Object.keys(VALID), ...OPTIONAL_BODY].sort()).toEqual([...names].sort());
  });

  it.each(named(writes.filter((operation) => `${operation.method} ${operation.path}` in VALID)))(
    "%s",
    async (name, operation) => {
      const valid = VALID[name] ?? {};
      expect(operation.body.safeParse(valid).success).toBe(true);
      for (const field of Object.keys(valid)) {
        const { [field]: _, ...without } = valid;
        if (!operation.body.safeParse(without).success) await refusedWithoutEffect(operation, { body: JSON.stringify(without) });
        for (const wrong of WRONG) {
          const body = { ...valid, [field]: wrong };
          if (!operation.body.safeParse(body).success) await refusedWithoutEffect(operation, { body: JSON.stringify(body) });
        }
      }
      await refusedWithoutEffect(operation, { body: JSON.stringify({ ...valid, surprise: 1 }) });
    },
  );

  it.each(OPTIONAL_BODY)("%s", async (name) => {
    const operation = writes.find((each) => `${each.method} ${each.path}` === name);
    if (operation === undefined) throw new Error(name);
    for (const body of [
      "[]",
      "null",
      '{"reason":1}',
      '{"surprise":1}',
      '{"reason":"a\\u0000b"}',
      `{"reason":"${"x".repeat(501)}"}`,
    ]) {
      await refusedWithoutEffect(operation, { body });
    }
  });
});

describe("text that no database keeps", () => {
  const settings = (value: string) => JSON.stringify({ name: "new", settings: { start: [value] } }).replace("@", "\\ud800");

  it("half a character is refused, and says where", async () => {
    const response = await send(operations.services.createService, { body: settings("a@b") });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ pointer: "/settings/start/0", code: "invalid_text" }] });
  });
});

describe("anything at all", () => {
  it("is an answer of the API's own, never a failure", { timeout: 120_000 }, async () => {
    const json = fc.json({ maxDepth: 4 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...writes.filter(takesBody)), json, async (operation, body) => {
        fc.pre(!operation.body.safeParse(JSON.parse(body)).success);
        await refusedWithoutEffect(operation, { body });
      }),
      { numRuns: 150 },
    );
  });
});

describe("a wrong method", () => {
  it("is refused in the API's own words, and says which are right", async () => {
    const response = await routes
      .get("/overview")
      ?.POST?.(new Request("http://localhost/api/v1/overview", { method: "POST" }), { params: Promise.resolve({}) });
    expect(response?.status).toBe(405);
    expect(response?.headers.get("allow")).toBe("GET");
    expect(await response?.json()).toMatchObject({ code: "method_not_allowed" });
  });
});
