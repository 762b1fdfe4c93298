import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { fromWire, toCamel, toSnake, toWire, type Wire } from "./wire";

describe("what goes out", () => {
  it("is said in snake_case, times in UTC, 64-bit numbers as text", () => {
    const said = toWire({
      instanceId: "a-1",
      latencyMs: 2.5,
      checkedAt: new Date("2026-01-02T03:04:05.678Z"),
      generation: 12n,
      versionAt: null,
    });
    expect(said).toEqual({
      instance_id: "a-1",
      latency_ms: 2.5,
      checked_at: "2026-01-02T03:04:05.678Z",
      generation: "12",
      version_at: null,
    });
  });

  it("reaches into lists and objects", () => {
    expect(toWire({ failedInstances: [{ versionNow: "2.0" }] })).toEqual({ failed_instances: [{ version_now: "2.0" }] });
  });

  it("leaves a caller's own names alone, wherever they stand", () => {
    const own = {
      labels: { teamName: "a" },
      environment: { someVar: "b" },
      metadata: { commitId: "c" },
      params: { deepValue: { innerKey: 1 } },
    };
    expect(toWire({ outer: own })).toEqual({ outer: own });
  });

  it("leaves words of the wire alone that are keys", () => {
    expect(toWire({ counts: { put_back: 1, taken_over: 2 } })).toEqual({ counts: { put_back: 1, taken_over: 2 } });
  });

  it("has the type of what it says", () => {
    interface Inside {
      readonly startedAt: Date | null;
      readonly healthCheck: { readonly stopGraceS: number };
      readonly failedIds: readonly string[];
      readonly labels: Readonly<Record<string, string>>;
    }
    expectTypeOf<Wire<Inside>>().toEqualTypeOf<{
      readonly started_at: string | null;
      readonly health_check: { readonly stop_grace_s: number };
      readonly failed_ids: string[];
      readonly labels: Readonly<Record<string, string>>;
    }>();
  });
});

const name = fc.stringMatching(/^[a-z]{1,6}([A-Z][a-z0-9]{0,5}){0,3}$/);
const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof({ depthSize: "small" }, leaf, fc.array(tie("tree")), fc.dictionary(name, tie("tree"))),
}));

describe("there and back", () => {
  it("is the same for every value with names of ours", () => {
    fc.assert(
      fc.property(tree, (value) => {
        expect(fromWire(toWire(value))).toEqual(value);
      }),
    );
  });

  it("is the same for every name of ours", () => {
    fc.assert(
      fc.property(name, (given) => {
        expect(toCamel(toSnake(given))).toBe(given);
      }),
    );
    expect(["stopGraceS", "packageSha256", "unknownWaitSeconds"].map(toSnake)).toEqual([
      "stop_grace_s",
      "package_sha256",
      "unknown_wait_seconds",
    ]);
  });

  it("keeps every character of a caller's dictionary", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (labels) => {
        expect(fromWire(toWire({ labels }))).toEqual({ labels });
      }),
    );
  });
});
