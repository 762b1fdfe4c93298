import { describe, expect, it } from "vitest";
import type { Failure } from "./errors";
import { resultOf } from "./result";
import { ENDED_ROLLOUT_STATUSES, LIVE_ROLLOUT_STATUSES } from "./statuses";
import { aRollout, aTarget } from "./testing/facts";

const exited: Failure = { step: "verify", code: "exited", params: { detail: "1" }, evidence: null };
const fell: Failure = { ...exited, step: "bake", code: "fell_over_in_bake" };

const TARGETS = [
  aTarget("good", { status: "succeeded", versionNow: "2" }),
  aTarget("back-by-host", { status: "failed", failure: exited, versionNow: "1" }),
  aTarget("fell", { status: "failed", failure: fell, versionNow: "2", memory: { runsNew: true } }),
  aTarget("down", { status: "failed", failure: exited, versionNow: null }),
  aTarget("put-back", { status: "put_back", versionNow: "1" }),
  aTarget("silent", { status: "unknown", failure: { ...exited, step: "settle", code: "no_answer" } }),
  aTarget("untouched", { status: "skipped" }),
  aTarget("given-up", { status: "skipped", failure: exited }),
  aTarget("retried", { status: "succeeded", changed: true, failure: fell, versionNow: "2", memory: { runsNew: true } }),
  aTarget("taken", { status: "taken_over", failure: { ...exited, step: "settle", code: "no_answer" } }),
];

describe("a result", () => {
  const result = resultOf(aRollout({ status: "failed" }), TARGETS);

  it("lists exactly the instances on which the version runs and was verified, never the ones asked for", () => {
    expect(result.instances).toEqual(["good"]);
    expect(result.requestedInstances).toEqual(TARGETS.map((target) => target.instance));
  });

  it("says of each failed one at which step, why, and what runs there now; one that was taken over did not fail", () => {
    expect(result.failedInstances.map(({ instanceId, step, code, versionNow }) => [instanceId, step, code, versionNow])).toEqual([
      ["back-by-host", "verify", "exited", "1"],
      ["fell", "bake", "fell_over_in_bake", "2"],
      ["down", "verify", "exited", null],
      ["silent", "settle", "no_answer", null],
    ]);
  });

  it("counts for one plain sentence", () => {
    const params = {
      version: "2",
      verified: 1,
      total: 10,
      changed: 1,
      failed: 4,
      put_back: 2,
      unknown: 1,
      skipped: 2,
      back_on: "1",
    };
    expect(result.message).toEqual({ code: "failed", params });
  });

  it("of a restart has the version of those that have one", () => {
    const none: Failure = { step: "switch", code: "no_version", params: {}, evidence: null };
    const empty = aTarget("new", { status: "skipped", failure: none, to: { version: "", revision: 1 } });
    const restarted = aTarget("a", { status: "succeeded", versionNow: "2" });
    expect(resultOf(aRollout({ status: "succeeded" }), [empty, restarted]).message.params).toMatchObject({ version: "2" });
    expect(resultOf(aRollout({ status: "failed" }), [empty]).message.params).toMatchObject({ version: null });
  });

  it("keeps what a failure tells", () => {
    const [first] = result.failedInstances;
    expect(first).toEqual({
      instanceId: "back-by-host",
      step: "verify",
      code: "exited",
      params: { detail: "1" },
      versionNow: "1",
    });
  });

  it("is back on nothing that is the new version, and on none where nothing runs", () => {
    const down = [aTarget("a", { status: "failed", failure: exited, versionNow: null })];
    const fallen = [aTarget("a", { status: "failed", failure: fell, versionNow: "2" })];
    for (const targets of [down, fallen])
      expect(resultOf(aRollout({ status: "failed" }), targets).message.params).toMatchObject({ put_back: 0, back_on: null });
  });

  it("was put back nowhere where the change never began: that instance ran on", () => {
    const refused: Failure = { step: "stage", code: "host_unreachable", params: {}, evidence: null };
    const targets = [aTarget("a", { status: "failed", failure: refused, versionNow: "1" }), aTarget("b", { status: "skipped" })];
    const { params } = resultOf(aRollout({ status: "failed" }), targets).message;
    expect(params).toMatchObject({ failed: 1, put_back: 0, back_on: null, skipped: 1 });
  });

  it("names no version where the targets' differ, and none to be back on where these differ", () => {
    const mixed = [
      aTarget("a", { status: "failed", failure: exited, versionNow: "1" }),
      aTarget("b", { status: "failed", failure: exited, versionNow: "0", to: { version: "3", revision: 1 } }),
    ];
    expect(resultOf(aRollout({ status: "failed" }), mixed).message.params).toMatchObject({ version: null, back_on: null });
  });

  it.each(ENDED_ROLLOUT_STATUSES)("of one that is %s is ok only when it succeeded", (status) => {
    expect(resultOf(aRollout({ status }), TARGETS)).toMatchObject({ status, ok: status === "succeeded" });
  });

  it.each(LIVE_ROLLOUT_STATUSES)("of one that is %s there is none", (status) => {
    expect(() => resultOf(aRollout({ status }), TARGETS)).toThrow("has not ended");
  });
});
