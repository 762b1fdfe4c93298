import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as ofService from "@/app/api/v1/services/[service]/slipway.yaml/route";
import * as services from "@/app/api/v1/services/route";
import * as anyService from "@/app/api/v1/slipway.yaml/route";
import { TestFleet } from "@/lib/deploy/testing/fleet";

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await TestFleet.open();
  globalThis.slipwayCore = fleet.core;
});
afterAll(async () => {
  globalThis.slipwayCore = undefined;
  await fleet.close();
});

interface Sent {
  readonly query?: string;
  readonly type?: string;
  readonly language?: string;
  readonly service?: string;
}

const context = (service?: string) => ({ params: Promise.resolve(service === undefined ? {} : { service }) });

async function put(text: string, { query = "", type = "application/yaml", language = "en", service }: Sent = {}) {
  const init = { method: "PUT", body: text, headers: { "content-type": type, "accept-language": language } };
  const request = new Request(`http://localhost/api/v1/slipway.yaml${query}`, init);
  const response = await (service === undefined ? anyService : ofService).PUT(request, context(service));
  return { status: response.status, body: await response.json() };
}

async function file(service: string): Promise<string> {
  const response = await ofService.GET(new Request("http://localhost/"), context(service));
  expect(response.headers.get("content-type")).toBe("application/yaml; charset=utf-8");
  return await response.text();
}

const revisionOf = async (service: string) => (await fleet.core.reads.service(service))?.revision ?? 0;

describe("a definition that is applied", () => {
  const TEXT = "name: shop\nsettings:\n  start: [./serve]\n  environment:\n    LOG: info\n";

  it("first only tells what it would change", async () => {
    const { status, body } = await put(TEXT, { query: "?dry_run=true" });
    expect([status, body]).toEqual([
      200,
      {
        service: "shop",
        created: true,
        applied: false,
        revision: 0,
        changes: [
          { pointer: "/name", to: "shop" },
          { pointer: "/settings/start", to: ["./serve"] },
          { pointer: "/settings/environment/LOG", to: "info" },
        ],
      },
    ]);
    expect(await revisionOf("shop")).toBe(0);
  });

  it("makes the service, then its next revision, and nothing where nothing differs", async () => {
    expect(await put(TEXT)).toMatchObject({ status: 201, body: { created: true, applied: true, revision: 1 } });
    const next = TEXT.replace("info", "debug");
    expect(await put(next)).toMatchObject({
      status: 200,
      body: { created: false, revision: 2, changes: [{ pointer: "/settings/environment/LOG", from: "info", to: "debug" }] },
    });
    expect(await put(next)).toMatchObject({ status: 200, body: { revision: 2, changes: [] } });
    expect(await put(await file("shop"))).toMatchObject({ status: 200, body: { revision: 2, changes: [] } });
  });

  it("is refused when somebody else was faster", async () => {
    for (const query of ["?expected_revision=1", "?expected_revision=0"]) {
      expect(await put(TEXT, { query })).toMatchObject({
        status: 409,
        body: { code: "revision_changed", params: { revision: 2 } },
      });
    }
    expect(await revisionOf("shop")).toBe(2);
  });

  it("is refused at the address of another service", async () => {
    const { status, body } = await put(TEXT, { service: "mailer" });
    expect([status, body.errors]).toEqual([400, [expect.objectContaining({ code: "other_service", line: 1, column: 7 })]]);
    expect(await put(TEXT, { service: "shop", query: "?dry_run=true" })).toMatchObject({ status: 200 });
  });

  it("may be JSON too, and YAML is taken where a service is defined", async () => {
    const body = JSON.stringify({ name: "json", settings: { start: ["./serve"] } });
    expect(await put(body, { type: "application/json" })).toMatchObject({ status: 201 });
    const init = {
      method: "POST",
      body: TEXT.replace("shop", "posted"),
      headers: { "content-type": "text/yaml; charset=utf-8" },
    };
    expect((await services.POST(new Request("http://localhost/api/v1/services", init), context())).status).toBe(201);
  });

  it("brings back a service that was removed, as a new one", async () => {
    await put(TEXT.replace("shop", "gone"));
    await fleet.core.deleteService({ name: "tester" }, "gone");
    expect(await put(TEXT.replace("shop", "gone"))).toMatchObject({ status: 201, body: { created: true, revision: 2 } });
  });
});

describe("what is wrong with it is told with its line", () => {
  const WRONG = `# the shop
name: shop
lables: { team: a }
settings:
  start: []
  environment:
    PORT: 8080
    1BAD: x
  health:
    kind: http
    path: health
  strategy:
    wave_size: 0%
`;

  it("each field, in the reader's language", async () => {
    const { status, body } = await put(WRONG);
    expect(status).toBe(400);
    expect(
      body.errors.map((each: Record<string, unknown>) => `${each.line}:${each.column} ${each.pointer}: ${each.detail}`),
    ).toEqual([
      "3:1 /lables: Is not a field of this request.",
      "5:10 /settings/start: At least one.",
      "7:11 /settings/environment/PORT: Must be a text: put it in quotes.",
      expect.stringContaining("8:5 /settings/environment/1BAD: A variable's name"),
      "11:11 /settings/health/path: A path that begins with a slash, without spaces.",
    ]);
    const zh = await put(WRONG, { language: "zh" });
    expect(zh.body.errors[0].detail).toMatch(/\p{Script=Han}/u);
    expect(await revisionOf("shop")).toBe(2);
  });

  it("what is missing, where it would stand", async () => {
    const { body } = await put("name: shop\nsettings:\n  user: www\n");
    expect(body.errors).toMatchObject([{ pointer: "/settings/start", code: "required", line: 2, column: 1 }]);
  });

  it("what only the rules of rollouts refuse, also when it is only asked", async () => {
    const text = "name: shop\nsettings:\n  start: [./serve]\n  strategy: { min_healthy: 100% }\n";
    for (const query of ["", "?dry_run=true"]) {
      const { status, body } = await put(text, { query });
      expect([status, body.code, body.errors[0]]).toMatchObject([
        422,
        "invalid_strategy",
        { pointer: "/settings/strategy/min_healthy", line: 4, column: 28 },
      ]);
    }
  });

  it.each([
    ["10 MB", `name: ${"x".repeat(10 * 1024 * 1024)}`, { code: "too_large" }],
    ["more than a definition can be", `a: ${"x".repeat(128 * 1024)}`, { code: "too_large" }],
    ["nothing", "", { code: "invalid_type", line: 1, column: 1 }],
    ["a tag of a program", "name: !!js/function 'x'\n", { code: "yaml", params: { why: "tag" }, line: 1, column: 7 }],
    ["tabs", "name: a\nsettings:\n\tstart: [a]\n", { code: "yaml", params: { why: "tab" }, line: 3, column: 1 }],
    ["a NUL", 'name: shop\nsettings:\n  start: ["a\\0b"]\n', { line: 3, column: 11 }],
    ["half a character", 'name: shop\nsettings:\n  start: ["a", "\\ud800"]\n', { code: "invalid_text", line: 3, column: 16 }],
    [
      "a name of another kind",
      "name: shop\nsettings:\n  start: [a]\n__proto__: 1\n",
      { code: "unknown_field", line: 4, column: 1 },
    ],
  ])("%s", async (_, text, expected) => {
    const { status, body } = await put(text);
    expect(status).toBe(400);
    expect(body.errors[0]).toMatchObject(expected);
  });

  it("bytes that are no text", async () => {
    const init = { method: "PUT", body: new Uint8Array([0x61, 0xff]), headers: { "content-type": "application/yaml" } };
    const response = await anyService.PUT(new Request("http://localhost/api/v1/slipway.yaml", init), context());
    expect([response.status, (await response.json()).errors[0].code]).toEqual([400, "not_utf8"]);
  });
});
