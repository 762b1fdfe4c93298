import { describe, expect, it } from "vitest";
import { summaryOf } from "./summary";
import { aFailure, aRollout, aTarget } from "./testing";

const words = {
  kind: "Deployment",
  status: "Paused",
  nothing: "nothing",
  unknown: "not known",
  runs: "Runs now",
  failed: "Failed",
  cause: () => "did not become healthy",
};

describe("the summary for an incident channel", () => {
  it("says what it is, how it stands, what runs where, what failed, and where to look", () => {
    const targets = [
      aTarget("checkout-01", { status: "succeeded", version_now: "2.4.0" }),
      ...["02", "03", "04", "05", "06", "07"].map((number) =>
        aTarget(`checkout-${number}`, { status: "failed", version_now: "2.3.9", failure: aFailure("unhealthy") }),
      ),
    ];
    expect(
      summaryOf(aRollout({ status: "paused", reason: "new tax rules" }), targets, words, "https://slipway.example/rollouts/ro-1"),
    ).toBe(
      [
        "**Deployment checkout** `2.3.9` → `2.4.0`: **Paused**",
        "ro-1 · lin.wei · 2026-11-22T14:32:04Z · new tax rules",
        "Runs now: 6 × `2.3.9`, 1 × `2.4.0`",
        "Failed:",
        "- did not become healthy × 6 (checkout-02, checkout-03, checkout-04, checkout-05, checkout-06 +1)",
        "https://slipway.example/rollouts/ro-1",
      ].join("\n"),
    );
  });

  it("says that nothing runs where a first version failed, and where nobody knows", () => {
    const targets = [
      aTarget("checkout-01", { status: "failed", from_version: null }),
      aTarget("checkout-02", { status: "failed", from_version: null }),
      aTarget("checkout-03", { status: "unknown" }),
    ];
    expect(summaryOf(aRollout({ from_versions: [] }), targets, words, "https://slipway.example/rollouts/ro-1")).toContain(
      "Runs now: 2 × nothing, 1 × not known\n",
    );
  });

  it("is short when there is little to say", () => {
    expect(
      summaryOf(aRollout({ from_versions: [] }), [], words, "https://slipway.example/rollouts/ro-1").split("\n"),
    ).toHaveLength(3);
  });
});
