import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { serviceInput } from "@/lib/api/contract";
import { readYaml } from "../yaml/read";
import { changesBetween } from "./changes";
import { definitionText } from "./text";
import { withoutDefaults } from "./without-defaults";

const CHECKOUT = {
  name: "checkout",
  labels: { team: "shop", tier: "1" },
  settings: {
    start: ["./serve", "--greeting", "hello: world"],
    environment: { LOG: "info", DEBUG: "no", CERT: "-----BEGIN\nabc\n-----END\n" },
    health: { kind: "http", path: "/healthz", status: 204 },
    hooks: { pre_stop: ["./drain"] },
    strategy: { preset: "rolling", wave_size: "25%" },
  },
};

/** Texts that YAML could take for something else. */
const text = fc.oneof(
  fc.constantFrom(
    "yes",
    "no",
    "null",
    "~",
    "1e3",
    "0x10",
    "- a",
    "a: b",
    "# x",
    "",
    " a ",
    "a\n",
    "\n\na",
    "\ta",
    "a\r\nb",
    "'",
    '"\\',
    "---",
    "&a *b",
    "!!js",
    "%x",
    "{}",
    "😀",
  ),
  fc.string({ unit: "grapheme", maxLength: 20 }).map((string) => string.replaceAll("\0", "")),
);
const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,10}$/);
const argv = fc.array(
  text.filter((argument) => argument !== ""),
  { minLength: 1, maxLength: 3 },
);
const line = text.map((string) => string.replaceAll(/\p{Cc}/gu, ""));
const seconds = fc.integer({ min: 1, max: 3600 });
/** Fields that are not named here are left to their defaults. */
const definition = fc.record(
  {
    name: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,10}[a-z0-9]$/),
    labels: fc.dictionary(fc.stringMatching(/^[A-Za-z0-9._/-]{1,12}$/), line, { maxKeys: 4 }),
    settings: fc.record(
      {
        start: argv,
        environment: fc.dictionary(name, text, { maxKeys: 5 }),
        user: fc.constantFrom(null, "www"),
        stop_grace_s: seconds,
        hooks: fc.record({ pre_stop: fc.option(argv), post_start: fc.option(argv) }, { requiredKeys: [] }),
        health: fc.oneof(
          fc.record({ kind: fc.constant("http"), status: fc.integer({ min: 100, max: 599 }) }, { requiredKeys: ["kind"] }),
          fc.constant({ kind: "tcp" }),
          fc.record({ kind: fc.constant("command"), argv }),
        ),
        strategy: fc.record({ canary: fc.constantFrom(1, "5%"), spread: fc.boolean() }, { requiredKeys: [] }),
      },
      { requiredKeys: ["start"] },
    ),
  },
  { requiredKeys: ["name", "settings"] },
);

describe("the file of a definition", () => {
  it("says what is particular to the service and nothing else", () => {
    expect(definitionText(serviceInput.parse(CHECKOUT))).toBe(`name: checkout
labels:
  team: shop
  tier: "1"
settings:
  start:
    - ./serve
    - --greeting
    - "hello: world"
  environment:
    CERT: |
      -----BEGIN
      abc
      -----END
    DEBUG: "no"
    LOG: info
  hooks:
    pre_stop:
      - ./drain
  health:
    kind: http
    status: 204
  strategy:
    preset: rolling
    wave_size: 25%
`);
  });

  it("is short where all is as it would be anyway", () => {
    const plain = serviceInput.parse({ name: "web", settings: { start: ["./a"] } });
    expect(definitionText(plain)).toBe("name: web\nsettings:\n  start:\n    - ./a\n");
  });

  it("read again says what it was written from", () => {
    fc.assert(
      fc.property(definition, (said) => {
        const whole = serviceInput.parse(said);
        expect(serviceInput.parse(readYaml(definitionText(whole)).value)).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });
});

describe("leaving out what a schema fills in", () => {
  const schema = z.strictObject({
    plain: z.string(),
    filled: z.number().default(3),
    nested: z.strictObject({ a: z.number().default(1), b: z.string().nullable().default(null) }).default({ a: 1, b: null }),
    maybe: z
      .strictObject({ a: z.number().default(1) })
      .nullable()
      .default(null),
    either: z
      .discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("x"), n: z.number().default(7) }),
        z.strictObject({ kind: z.literal("y") }),
      ])
      .default({ kind: "y" }),
  });

  it.each([
    [{ plain: "p" }, { plain: "p" }],
    [{ plain: "p", filled: 3, nested: { a: 1 } }, { plain: "p" }],
    [
      { plain: "p", nested: { b: "x" } },
      { plain: "p", nested: { b: "x" } },
    ],
    [
      { plain: "p", maybe: { a: 1 } },
      { plain: "p", maybe: {} },
    ],
    [
      { plain: "p", either: { kind: "x", n: 7 } },
      { plain: "p", either: { kind: "x" } },
    ],
  ])("%j is said as %j", (said, short) => {
    const whole = schema.parse(said);
    expect(withoutDefaults(schema, whole)).toEqual(short);
    expect(schema.parse(withoutDefaults(schema, whole))).toEqual(whole);
  });
});

describe("what differs between two definitions", () => {
  it.each([
    ["nothing", { a: 1 }, { a: 1 }, []],
    ["a field", { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, [{ pointer: "/a/c", from: 2, to: 3 }]],
    ["a name more", { a: {} }, { a: { "x/y": "z" } }, [{ pointer: "/a/x~1y", to: "z" }]],
    ["a name less", { a: { x: "z" } }, { a: {} }, [{ pointer: "/a/x", from: "z" }]],
    ["a list", { a: [1, 2] }, { a: [1] }, [{ pointer: "/a", from: [1, 2], to: [1] }]],
    ["something instead of nothing", { a: null }, { a: { b: 1 } }, [{ pointer: "/a", from: null, to: { b: 1 } }]],
    [
      "everything",
      undefined,
      { a: 1, b: { c: [2] } },
      [
        { pointer: "/a", to: 1 },
        { pointer: "/b/c", to: [2] },
      ],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(changesBetween(before, after)).toEqual(expected);
  });
});
