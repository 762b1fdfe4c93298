import { describe, expect, it } from "vitest";
import { countedFailures, toleratedFailures } from "./failures";
import { FRESH_PROGRESS, type Target } from "./rollout-state";
import { resolveStrategy } from "./strategy";
import { aRollout, aTarget } from "./testing/facts";

const failed = (instance: string, change: Parameters<typeof aTarget>[1] = {}) =>
  aTarget(instance, { status: "failed", ...change });
const wasDown = (instance: string, change: Parameters<typeof aTarget>[1] = {}) =>
  failed(instance, { answeredBefore: false, ...change });
const good = (instance: string, change: Parameters<typeof aTarget>[1] = {}) =>
  aTarget(instance, { status: "succeeded", ...change });
const counted = (kind: "deployment" | "rollback", targets: readonly Target[]) =>
  countedFailures(aRollout({ kind }), targets)
    .map((target) => target.instance)
    .join(" ");

describe("against a deployment", () => {
  it.each<[string, readonly Target[], string]>([
    ["a failure counts, and what is not known", [failed("a"), aTarget("b", { status: "unknown" }), good("c")], "a b"],
    ["what goes back does not", [failed("a", { direction: "back" }), good("b")], ""],
    ["what did not answer before does not, where another one of its wave verified", [wasDown("a"), good("b")], ""],
    ["of which it was not known whether it answered counts", [failed("a", { answeredBefore: null }), good("b")], "a"],
    ["in a wave where none verified each counts", [wasDown("a"), wasDown("b")], "a b"],
    ["what is not known settles a wave too", [wasDown("a"), aTarget("b", { status: "unknown", answeredBefore: false })], "a b"],
    ["while one of the wave may still verify, not yet", [wasDown("a"), aTarget("b", { status: "switching" })], ""],
    ["another wave is another matter", [wasDown("a"), good("b", { wave: 2 })], "a"],
    ["each wave is judged by its own", [wasDown("a"), good("b"), wasDown("c", { wave: 2 }), wasDown("d", { wave: 2 })], "c d"],
    ["none failed", [good("a"), aTarget("b")], ""],
  ])("%s", (_, targets, expected) => expect(counted("deployment", targets)).toBe(expected));
});

describe("against a rollback", () => {
  it.each<[string, readonly Target[], string]>([
    ["one that served counts, and one that cannot be known", [failed("a"), aTarget("b", { status: "unknown" })], "a b"],
    ["one that its host says is down does not", [failed("a", { confirmedDown: true })], ""],
    ["one that did not answer before does not, even in a wave of nothing else", [wasDown("a")], ""],
    ["of which it was not known whether it answered counts", [failed("a", { answeredBefore: null })], "a"],
  ])("%s", (_, targets, expected) => expect(counted("rollback", targets)).toBe(expected));
});

it("so many are tolerated as the strategy says, or as a person has accepted", () => {
  const tolerated = (maxFailed: number | "50%", accepted: number) =>
    toleratedFailures(
      aRollout({ strategy: resolveStrategy("deployment", 4, { maxFailed }, {}), progress: { ...FRESH_PROGRESS, accepted } }),
      ["a", "b", "c", "d"].map((instance) => aTarget(instance)),
    );
  expect(tolerated(1, 0)).toBe(1);
  expect(tolerated(1, 3)).toBe(3);
  expect(tolerated("50%", 0)).toBe(2);
});
