import { expect, it } from "vitest";
import { Draft } from "./draft";
import { fold } from "./fold";
import type { StepOutcome } from "./step-outcome";
import { aRollout, aTarget } from "./testing/facts";

function toldOf(outcome: StepOutcome) {
  const draft = new Draft(aRollout(), [aTarget("a", { status: "staging" })], 0);
  fold(draft, { instance: "a", attempt: 1, step: "stage", outcome });
  expect(draft.targets.get("a")?.status).toBe("staged");
  return draft.events.map(({ code, params }) => ({ code, params }));
}

it("a package that was sent instead of being fetched is told with its host and the reason", () => {
  expect(toldOf({ kind: "staged" })).toEqual([]);
  expect(toldOf({ kind: "staged", sentInstead: { why: "fetch_failed", detail: "curl ended with 22" } })).toEqual([
    { code: "package_sent_instead", params: { host: "host-a", why: "fetch_failed", detail: "curl ended with 22" } },
  ]);
});
