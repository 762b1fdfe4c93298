import { describe, expect, it } from "vitest";
import { couldLeaveEvidence, groupFailures } from "./failure-groups";
import { aFailure, aTarget } from "./testing";

describe("failures", () => {
  it("are grouped by cause, the most frequent first, whatever host or port they happened on", () => {
    const groups = groupFailures([
      aTarget("a", { failure: aFailure("exited", { exit_code: 1 }) }),
      aTarget("b", { failure: aFailure("unhealthy", { detail: "503 from /healthz", host: "web-a1" }) }),
      aTarget("c", { failure: aFailure("unhealthy", { host: "web-b1", detail: "503 from /healthz" }) }),
      aTarget("d"),
    ]);
    expect(groups.map((group) => [group.failure.code, group.targets.map((target) => target.instance_id)])).toEqual([
      ["unhealthy", ["b", "c"]],
      ["exited", ["a"]],
    ]);
  });

  it("with the same code and another cause stay apart", () => {
    const groups = groupFailures([
      aTarget("a", { failure: aFailure("exited", { exit_code: 1 }) }),
      aTarget("b", { failure: aFailure("exited", { exit_code: 137 }) }),
    ]);
    expect(groups).toHaveLength(2);
  });

  it("miss no evidence of what was never started", () => {
    const started = aFailure("exited");
    expect(couldLeaveEvidence(started)).toBe(true);
    expect(couldLeaveEvidence({ ...started, step: "bake" })).toBe(true);
    expect(couldLeaveEvidence({ ...started, step: "stage" })).toBe(false);
    const evidence = { exit_code: null, signal: null, health: [], log: ["TypeError"] };
    expect(couldLeaveEvidence({ ...started, step: "stage", evidence })).toBe(true);
  });

  it("are none where none failed", () => {
    expect(groupFailures([aTarget("a"), aTarget("b", { status: "succeeded" })])).toEqual([]);
  });
});
