import { describe, expect, it } from "vitest";
import { changesRelease, countOf, Draft, goalOf, goesOff, untoldChange, wantedStep } from "./draft";
import { FRESH_MEMORY, FRESH_PROGRESS, type InFlight, type Rollout, type Target } from "./rollout-state";
import { aRollout, aTarget } from "./testing/facts";

const NOW = 5_000;
const ONE = { version: "1", revision: 1 };
const TWO = { version: "2", revision: 1 };
const draftOf = (rollout: Partial<Rollout>, targets: readonly Target[], pending: readonly string[] = []) =>
  new Draft(aRollout(rollout), targets, NOW, new Set(pending));
const older: InFlight = { tx: "older:1", rollout: "older", attempt: 4, to: ONE, opener: "deployment", own: false };
const settling = { step: "settle", code: "no_answer", params: {}, evidence: null } as const;
const exited = { step: "verify", code: "exited", params: {}, evidence: null } as const;

describe("what the end leaves of an instance", () => {
  const ABORTED = { progress: { ...FRESH_PROGRESS, aborting: true } };
  const ROLLBACK = { kind: "rollback" } as const;
  const began = { began: true };
  const TOLD: Readonly<Record<string, string>> = {
    skipped: "target_skipped",
    unknown: "target_unknown",
    failed: "target_failed",
    succeeded: "target_unchanged",
  };
  it.each<[string, Partial<Rollout>, Target, string, string]>([
    ["never begun", {}, aTarget("a"), "skipped", ""],
    ["ready, never begun", {}, aTarget("a", { status: "staged" }), "skipped", ""],
    [
      "a change that nobody was told of: the answer is owed",
      {},
      aTarget("a", { status: "switching", memory: began }),
      "unknown",
      "record 2 ro-1:1 #1",
    ],
    [
      "a silent host with a change begun: the answer is owed",
      {},
      aTarget("a", { status: "unknown", memory: began }),
      "unknown",
      "record 2 ro-1:1 #1",
    ],
    ["a silent host, nothing begun", {}, aTarget("a", { status: "unknown", failure: settling }), "skipped", ""],
    [
      "an older change that nobody was told of: its answer is owed",
      {},
      aTarget("a", { memory: { inFlight: older } }),
      "unknown",
      "record 1 older:1 #4",
    ],
    [
      "going back: that is owed",
      {},
      aTarget("a", { status: "unknown", direction: "back", attempt: 2 }),
      "unknown",
      "restore 1 ro-1:2 #2",
    ],
    ["waiting to go back: that is owed, too", {}, aTarget("a", { direction: "back" }), "unknown", "restore 1 ro-1:1 #1"],
    ["to be stopped: that is owed", {}, aTarget("a", { direction: "back", from: null }), "unknown", "stop 2 ro-1:1 #1"],
    [
      "of a rollback, its host silent: that is owed",
      ROLLBACK,
      aTarget("a", { status: "unknown" }),
      "unknown",
      "restore 2 ro-1:1 #1",
    ],
    [
      "of a rollback, being changed: that is owed",
      ROLLBACK,
      aTarget("a", { status: "verifying", memory: began }),
      "unknown",
      "restore 2 ro-1:1 #1",
    ],
    ["of a rollback, never begun", ROLLBACK, aTarget("a", { status: "staged" }), "skipped", ""],
    [
      "of an aborted rollback: only the answer is owed",
      { ...ROLLBACK, ...ABORTED },
      aTarget("a", { status: "unknown", memory: began }),
      "unknown",
      "record 2 ro-1:1 #1",
    ],
    [
      "of an aborted one, going back: nothing is carried out any more",
      ABORTED,
      aTarget("a", { direction: "back" }),
      "skipped",
      "",
    ],
    [
      "changed by an older attempt and tried again: it runs the new one",
      {},
      aTarget("a", { changed: true, memory: { runsNew: true } }),
      "succeeded",
      "",
    ],
    [
      "the same, but it had failed",
      {},
      aTarget("a", { changed: true, failure: exited, memory: { runsNew: true } }),
      "failed",
      "",
    ],
    ["failed and tried again", {}, aTarget("a", { failure: exited }), "failed", ""],
    ["settled before", {}, aTarget("a", { status: "put_back", endedAt: 3 }), "put_back", ""],
  ])("%s", (_, rollout, target, status, owed) => {
    const draft = draftOf(rollout, [target], ["a"]);
    draft.end("cancelled", { code: "by_person", params: {} });
    const after = draft.targets.get("a");
    expect(after).toMatchObject({ status, holding: false, endedAt: target.status === "put_back" ? 3 : NOW });
    expect(draft.debts.map((debt) => `${debt.duty} ${debt.release.version} ${debt.tx} #${debt.attempt}`).join()).toBe(owed);
    for (const debt of draft.debts) expect(debt).toMatchObject({ instance: "a", generation: target.generation });
    const told = status === target.status ? undefined : TOLD[status];
    expect(draft.events.map((event) => event.code)).toEqual([...(told ? [told] : []), "rollout_ended"]);
    expect([...draft.voided]).toEqual(["a"]);
    if (status === "unknown") expect(after?.versionNow).toBeNull();
    if (status === "skipped") expect(after?.failure).toBeNull();
    if (status === "succeeded") expect(after?.memory.runsNew).toBe(false);
  });

  it("is told with its counts, and nothing waits or bakes any more", () => {
    const progress = { ...FRESH_PROGRESS, bakeUntil: 9, resumeTo: "running", starvedSince: 3 } as const;
    const draft = draftOf({ progress, heldBy: "back", status: "paused" }, [
      aTarget("a", { status: "succeeded" }),
      aTarget("b", { status: "failed" }),
      aTarget("c", { status: "unknown", memory: began }),
    ]);
    draft.end("failed", { code: "why", params: { n: 1 } });
    expect(draft.rollout).toMatchObject({
      status: "failed",
      statusReason: { code: "why", params: { n: 1 } },
      completedAt: NOW,
      heldBy: null,
      progress: { bakeUntil: null, resumeTo: null, starvedSince: null },
    });
    expect(draft.events.at(-1)?.params).toEqual({ n: 1, status: "failed", reason: "why", succeeded: 1, failed: 2, total: 3 });
    expect(countOf(draft.all)).toEqual({ succeeded: 1, failed: 2, total: 3 });
  });
});

describe("a pause", () => {
  it.each<[Rollout["status"], Rollout["status"] | null]>([
    ["running", "running"],
    ["baking", "baking"],
    ["preparing", "preparing"],
    ["rolling_back", null],
  ])("in %s is told with its reason", (status, resumeTo) => {
    const draft = draftOf({ status, progress: { ...FRESH_PROGRESS, starvedSince: 3 } }, []);
    draft.pause({ code: "why", params: { n: 1 } });
    expect(draft.rollout).toMatchObject({
      status: "paused",
      statusReason: { code: "why", params: { n: 1 } },
      progress: { resumeTo, starvedSince: null },
    });
    expect(draft.events).toEqual([{ code: "paused", params: { why: "why", n: 1 }, instance: null, actor: null }]);
  });

  it.each<Rollout["status"]>(["paused", "succeeded", "cancelled"])("in %s is none", (status) => {
    const draft = draftOf({ status }, []);
    draft.pause({ code: "why", params: {} });
    expect(draft.rollout).toMatchObject({ status, statusReason: null });
    expect(draft.events).toEqual([]);
  });
});

describe("steps", () => {
  it("one at a time of each instance; what is voided makes room", () => {
    const draft = draftOf({}, [aTarget("a"), aTarget("b")], ["a"]);
    draft.step("a", "stage");
    draft.step("b", "stage", 500);
    draft.step("b", "fence");
    expect([...draft.steps.values()]).toEqual([{ instance: "b", kind: "stage", delayMs: 500 }]);
    draft.void("a");
    draft.void("b");
    expect(draft.steps.size).toBe(0);
    expect([...draft.voided]).toEqual(["a"]);
    draft.step("a", "fence");
    expect(draft.steps.get("a")).toEqual({ instance: "a", kind: "fence", delayMs: 0 });
  });

  it("a further attempt remembers nothing but what may run there, under a higher generation", () => {
    const target = aTarget("a", {
      status: "switching",
      attempt: 2,
      generation: 6,
      confirmedDown: true,
      endedAt: 3,
      memory: { began: true, fenced: true, unanswered: 3, expect: [ONE] },
    });
    const draft = draftOf({}, [target], ["a"]);
    expect(draft.anew(target, { direction: "back", memory: { runsNew: true } })).toMatchObject({
      status: "waiting",
      attempt: 3,
      generation: 7,
      confirmedDown: false,
      endedAt: null,
      direction: "back",
      memory: { ...FRESH_MEMORY, expect: [ONE], runsNew: true },
    });
    expect([...draft.voided]).toEqual(["a"]);
  });

  it("an instance that is no target of it is a mistake", () =>
    expect(() => draftOf({}, []).target("z", { status: "failed" })).toThrow("z is no target of ro-1"));
});

describe("the step that a target waits for", () => {
  const back = { direction: "back" } as const;
  const off = { direction: "back", from: null } as const;
  const began = { began: true };
  it.each<[Target, Rollout["kind"], ReturnType<typeof wantedStep>]>([
    [aTarget("waiting"), "deployment", "stage"],
    [aTarget("staging", { status: "staging" }), "deployment", "stage"],
    [aTarget("waiting"), "rollback", "fence"],
    [aTarget("fenced", { memory: { fenced: true } }), "rollback", "stage"],
    [aTarget("back", back), "deployment", "fence"],
    [aTarget("second attempt", { attempt: 2 }), "deployment", "fence"],
    [aTarget("older change", { memory: { inFlight: older } }), "deployment", "fence"],
    [aTarget("switching", { status: "switching" }), "deployment", "activate"],
    [aTarget("verifying", { status: "verifying" }), "rollback", "activate"],
    [aTarget("going off", { ...off, status: "switching" }), "deployment", "stop"],
    [aTarget("unknown, begun", { status: "unknown", memory: began }), "deployment", "activate"],
    [aTarget("unknown, going off", { ...off, status: "unknown", memory: began }), "deployment", "stop"],
    [aTarget("unknown, not begun", { status: "unknown" }), "rollback", "fence"],
    ...(["staged", "succeeded", "failed", "put_back", "skipped", "taken_over"] as const).map(
      (status): [Target, Rollout["kind"], null] => [aTarget(status, { status }), "deployment", null],
    ),
  ])("%o in a %s", (target, kind, step) => expect(wantedStep(aRollout({ kind }), target)).toBe(step));
});

describe("a change that nobody was told of", () => {
  it.each<[string, Target, InFlight | null]>([
    [
      "under way",
      aTarget("a", { status: "switching", attempt: 2, memory: { began: true } }),
      { tx: "ro-1:2", rollout: "ro-1", attempt: 2, to: TWO, opener: "deployment", own: true },
    ],
    [
      "on the way back",
      aTarget("a", { status: "unknown", direction: "back", memory: { began: true } }),
      { tx: "ro-1:1", rollout: "ro-1", attempt: 1, to: ONE, opener: "put_back", own: true },
    ],
    ["not begun", aTarget("a", { status: "switching" }), null],
    ["begun, and told", aTarget("a", { status: "failed", memory: { began: true } }), null],
    ["another one's", aTarget("a", { memory: { inFlight: older } }), older],
    ["another one's, asked for", aTarget("a", { memory: { inFlight: older, fenced: true } }), null],
    ["another one's, settled", aTarget("a", { status: "failed", memory: { inFlight: older } }), null],
  ])("%s", (_, target, change) => expect(untoldChange(aRollout(), target)).toEqual(change));
});

it("where an instance goes", () => {
  expect(goalOf(aTarget("a"))).toEqual(TWO);
  expect(goalOf(aTarget("a", { direction: "back" }))).toEqual(ONE);
  expect(goalOf(aTarget("a", { direction: "back", from: null }))).toEqual(TWO);
  expect([
    goesOff(aTarget("a", { direction: "back", from: null })),
    goesOff(aTarget("a", { from: null })),
    goesOff(aTarget("a", { direction: "back" })),
  ]).toEqual([true, false, false]);
  expect([
    changesRelease(aTarget("a")),
    changesRelease(aTarget("a", { from: TWO })),
    changesRelease(aTarget("a", { from: { version: "2", revision: 2 } })),
  ]).toEqual([true, false, true]);
});
