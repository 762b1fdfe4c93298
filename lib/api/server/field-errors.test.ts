import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { FORMATS, fieldErrors, hostInput, serviceInput, strategyInput, TELLING } from "@/lib/api/contract";
import { SlipwayError } from "@/lib/deploy/domain/errors";
import { problemResponse } from "./problem";
import { parsed } from "./request-parts";
import { fieldSentence } from "./sentence";

function errorsOf(schema: z.ZodType, value: unknown) {
  const result = schema.safeParse(value, TELLING);
  return result.success ? [] : fieldErrors(result.error);
}

const SETTINGS = { start: ["./run"] };

describe("a bad field is told by a code and what its sentence needs", () => {
  it.each<[string, z.ZodType, unknown, object]>([
    ["missing", serviceInput, { name: "web" }, { pointer: "/settings", code: "required" }],
    [
      "of another kind",
      serviceInput,
      { name: 7, settings: SETTINGS },
      { pointer: "/name", code: "invalid_type", params: { expected: "string" } },
    ],
    [
      "a name that does not fit",
      serviceInput,
      { name: "a b", settings: SETTINGS },
      { pointer: "/name", code: "invalid_format", params: { format: "name" } },
    ],
    [
      "unknown",
      serviceInput,
      { name: "web", settings: { ...SETTINGS, "a/b": 1 } },
      { pointer: "/settings/a~1b", code: "unknown_field" },
    ],
    [
      "an empty list",
      serviceInput,
      { name: "web", settings: { start: [] } },
      { pointer: "/settings/start", code: "too_small", params: { origin: "array", minimum: 1 } },
    ],
    [
      "too large a number",
      serviceInput,
      { name: "web", settings: { ...SETTINGS, stop_grace_s: 9999 } },
      { pointer: "/settings/stop_grace_s", code: "too_big", params: { origin: "number", maximum: 3600 } },
    ],
    [
      "a bad variable",
      serviceInput,
      { name: "web", settings: { ...SETTINGS, environment: { "1A": "x" } } },
      { pointer: "/settings/environment/1A", code: "invalid_key", params: { format: "variable" } },
    ],
    [
      "none of the choices",
      serviceInput,
      { name: "web", settings: { ...SETTINGS, stop_signal: "KILL" } },
      {
        pointer: "/settings/stop_signal",
        code: "invalid_value",
        params: { values: ["TERM", "INT", "QUIT", "HUP", "USR1", "USR2"] },
      },
    ],
    [
      "no kind of check",
      serviceInput,
      { name: "web", settings: { ...SETTINGS, health: { kind: "ping" } } },
      { pointer: "/settings/health/kind", code: "invalid_value", params: { values: ["http", "tcp", "command"] } },
    ],
    [
      "neither count nor share",
      strategyInput,
      { wave_size: "a lot" },
      { pointer: "/wave_size", code: "invalid_format", params: { format: "amount" } },
    ],
  ])("%s", (_name, schema, value, expected) => {
    expect(errorsOf(schema, value)).toEqual([expected]);
  });

  it("every one of them, in the order of the schema", () => {
    const errors = errorsOf(hostInput, { name: "h 1", kind: "local", address: "host.example", root: "srv" });
    expect(errors.map(({ pointer, params }) => [pointer, params?.format])).toEqual([
      ["/name", "name"],
      ["/address", "ip_address"],
      ["/root", "absolute_folder"],
    ]);
  });
});

describe("the sentence of a bad field", () => {
  it.each(FORMATS)("explains the format %s in both languages", (format) => {
    const vague = fieldSentence("en", "invalid_format", { format: "nothing of the kind" });
    expect(fieldSentence("en", "invalid_format", { format })).not.toBe(vague);
    expect(fieldSentence("zh", "invalid_format", { format })).toMatch(/\p{Script=Han}/u);
  });

  it("comes in the language asked for, beside the code", async () => {
    const told = async (locale: "en" | "zh") => {
      try {
        parsed(serviceInput, { name: "", settings: { start: [] } });
      } catch (error) {
        if (!(error instanceof SlipwayError)) throw error;
        return (await problemResponse(error, locale).json()).errors;
      }
      throw new Error("it was accepted");
    };
    expect(await told("en")).toMatchObject([
      { pointer: "/name", code: "invalid_format", detail: expect.stringContaining("Letters, digits") },
      { pointer: "/settings/start", code: "too_small", detail: "At least one." },
    ]);
    expect(await told("zh")).toMatchObject([
      { pointer: "/name", detail: expect.stringContaining("字母") },
      { pointer: "/settings/start", detail: "至少 1 个。" },
    ]);
  });
});
