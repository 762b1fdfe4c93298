import { describe, expect, it } from "vitest";
import type { Draft } from "./draft";
import { FRESH_PROGRESS, type InFlight, type Rollout, type Target } from "./rollout-state";
import { begin, takeOver } from "./take-over";
import { aRollout, aTarget } from "./testing/facts";

const NOW = 5_000;
const ONE = { version: "1", revision: 1 };
const TWO = { version: "2", revision: 1 };
const THREE = { version: "3", revision: 1 };

const rollback = (change: Partial<Rollout> = {}) =>
  aRollout({ id: "back", kind: "rollback", status: "scheduled", takesBack: "ro-1", ...change });
const mine = (instance: string, change: Parameters<typeof aTarget>[1] = {}) =>
  aTarget(instance, { from: TWO, to: ONE, holding: false, generation: 0, ...change });
const overlapped = (rollout: Rollout, targets: readonly Target[], pending: readonly string[] = []) => ({
  rollout,
  targets,
  pending: new Set(pending),
});
const taken = (
  others: readonly Target[],
  {
    back = {},
    other = {},
    own = [mine("a")],
    pending = [],
  }: { back?: Partial<Rollout>; other?: Partial<Rollout>; own?: readonly Target[]; pending?: readonly string[] } = {},
) => {
  const { taker, overlapped: drafts } = takeOver(
    overlapped(rollback(back), own),
    [overlapped(aRollout({ status: "running", ...other }), others, pending)],
    new Map([
      ["a", 7],
      ["b", 8],
    ]),
    NOW,
  );
  return { taker, other: drafts[0] };
};

describe("what a rollback takes over", () => {
  it("it holds from then on, under a generation above every one that there was", () => {
    const { taker } = taken([aTarget("a")], { own: [mine("a"), mine("b"), mine("c")] });
    expect(taker.all.map(({ instance, holding, generation }) => [instance, holding, generation])).toEqual([
      ["a", true, 8],
      ["b", true, 9],
      ["c", true, 1],
    ]);
    expect(taker.rollout).toMatchObject({
      status: "preparing",
      scheduledUntil: null,
      progress: { ...FRESH_PROGRESS, packageReady: true },
    });
    expect(taker.events.map(({ code, params }) => ({ code, ...params }))).toEqual([
      { code: "rollout_begun", count: 3 },
      { code: "instances_taken_over", count: 3, rollouts: ["ro-1"] },
    ]);
  });

  it("it says nothing of taking over where nobody had them", () => {
    const { taker, overlapped: drafts } = takeOver(overlapped(rollback(), [mine("a")]), [], new Map(), NOW);
    expect(drafts).toEqual([]);
    expect(taker.events.map((event) => event.code)).toEqual(["rollout_begun"]);
  });

  it("leaves a rollout alone that has nothing of it left", () => {
    const done = aTarget("a", { status: "succeeded", holding: false });
    expect(taken([done]).other).toBeUndefined();
    expect(taken([aTarget("b")]).other).toBeUndefined();
    expect(taken([{ ...done, holding: true }]).other).toBeDefined();
  });

  it("takes from nobody what it has lost itself to a later one", () => {
    const { taker, other } = taken([aTarget("a"), aTarget("b")], { own: [mine("a", { status: "taken_over" }), mine("b")] });
    expect(taker.targets.get("a")).toMatchObject({ status: "taken_over", holding: false });
    expect(other?.all.map((target) => target.status)).toEqual(["skipped", "taken_over"]);
    expect(taker.events[0]?.params).toEqual({ count: 1 });
  });

  it.each<[string, Target, string]>([
    ["one that waited", aTarget("a"), "taken_over"],
    ["one under way", aTarget("a", { status: "switching", memory: { began: true } }), "taken_over"],
    ["one that had verified", aTarget("a", { status: "succeeded", changed: true }), "taken_over"],
    ["one that had failed has failed", aTarget("a", { status: "failed" }), "failed"],
    ["one that was put back was put back", aTarget("a", { status: "put_back", direction: "back" }), "put_back"],
  ])("%s", (_, target, status) => {
    const { other } = taken([target], { pending: ["a"] });
    expect(other?.targets.get("a")).toMatchObject({ status, holding: false });
    expect([...(other?.voided ?? [])]).toEqual(["a"]);
    const told = other?.events.filter((event) => event.code === "target_taken_over") ?? [];
    expect(told).toEqual(
      status === "taken_over"
        ? [{ code: "target_taken_over", instance: "a", actor: null, params: { instance: "a", by: "back" } }]
        : [],
    );
    if (status === "taken_over") expect(other?.targets.get("a")?.endedAt).toBe(NOW);
  });
});

describe("the rollout that it is taken from", () => {
  const ends = ({ rollout }: { readonly rollout: Rollout }) => [
    rollout.status,
    rollout.statusReason,
    rollout.supersededBy,
    rollout.heldBy,
  ];
  const REPLACED = { code: "replaced", params: { by: "back" } };
  const IN_PART = { code: "taken_over_in_part", params: { by: "back" } };
  it.each<[string, Partial<Rollout>, Partial<Rollout>, readonly Target[], unknown]>([
    [
      "is over when it is the one that is taken back",
      { heldBy: "back" },
      {},
      [aTarget("a"), aTarget("b")],
      ["superseded", REPLACED, "back", null],
    ],
    [
      "is over when nothing of it is left",
      {},
      { takesBack: null },
      [aTarget("a"), aTarget("b", { status: "succeeded" })],
      ["superseded", REPLACED, "back", null],
    ],
    [
      "waits for a person when a part is left",
      { heldBy: "back" },
      { takesBack: null },
      [aTarget("a"), aTarget("b")],
      ["paused", IN_PART, "back", null],
    ],
    [
      "is still held back by another one",
      { heldBy: "later" },
      { takesBack: null },
      [aTarget("a"), aTarget("b")],
      ["paused", IN_PART, "back", "later"],
    ],
    [
      "says so, too, when it was paused before",
      { status: "paused", statusReason: { code: "by_person", params: {} } },
      { takesBack: null },
      [aTarget("a"), aTarget("b")],
      ["paused", IN_PART, "back", null],
    ],
    [
      "goes on going back",
      { status: "rolling_back" },
      { takesBack: null },
      [aTarget("a"), aTarget("b")],
      ["rolling_back", null, "back", null],
    ],
    [
      "goes on ending, aborted",
      { progress: { ...FRESH_PROGRESS, aborting: true } },
      { takesBack: null },
      [aTarget("a"), aTarget("b")],
      ["running", null, "back", null],
    ],
    [
      "goes on ending, stopped",
      { progress: { ...FRESH_PROGRESS, stopping: true } },
      { takesBack: null },
      [aTarget("a"), aTarget("b")],
      ["running", null, "back", null],
    ],
  ])("%s", (_, other, back, targets, expected) => {
    const draft = taken(targets, { other, back }).other;
    if (draft === undefined) throw new Error("it was not taken from");
    expect(ends(draft)).toEqual(expected);
  });
});

describe("what the new holder learns of a change under way", () => {
  const under = aTarget("a", { status: "switching", attempt: 3, memory: { began: true } });
  const learned = (target: Target, own: Target = mine("a")) => taken([target], { own: [own] }).taker.targets.get("a")?.memory;
  const older: InFlight = { tx: "older:1", rollout: "older", attempt: 1, to: THREE, opener: "deployment", own: false };

  it("whose it is and where it leads, as another one's", () =>
    expect(learned(under)?.inFlight).toEqual({
      tx: "ro-1:3",
      rollout: "ro-1",
      attempt: 3,
      to: TWO,
      opener: "deployment",
      own: false,
    }));

  it("nothing where none was begun; what it knew of an older one it keeps", () => {
    expect(learned(aTarget("a"))?.inFlight).toBeNull();
    expect(learned(aTarget("a"), mine("a", { memory: { inFlight: older } }))?.inFlight).toEqual(older);
    expect(learned(aTarget("a", { memory: { inFlight: older } }))?.inFlight).toEqual(older);
  });

  it("that what the other one brought, or had found, is no surprise", () => {
    const own = mine("a", { memory: { expect: [THREE] } });
    expect(learned(under, own)?.expect).toEqual([THREE, ONE, TWO]);
    expect(learned({ ...under, from: null }, own)?.expect).toEqual([THREE, TWO]);
    expect(learned(under)?.expect, "one that expects nothing is surprised by nothing").toBeNull();
  });

  it("nothing of an instance that the other one let go of long ago", () => {
    const own = mine("a", { memory: { expect: [THREE] } });
    expect(learned(aTarget("a", { holding: false }), own)?.expect).toEqual([THREE]);
  });
});

describe("a deployment that begins", () => {
  const scheduled = aRollout({ status: "scheduled", scheduledUntil: 9, progress: { ...FRESH_PROGRESS, busySince: 3 } });

  it("holds its instances under the next generation, and goes back to what runs now", () => {
    const draft = begin(
      scheduled,
      [aTarget("a", { holding: false }), aTarget("b", { holding: false })],
      new Map([["a", 4]]),
      NOW,
      new Map([["a", THREE]]),
    );
    expect(draft.all.map(({ holding, generation, from }) => [holding, generation, from])).toEqual([
      [true, 5, THREE],
      [true, 1, ONE],
    ]);
    expect(draft.rollout).toMatchObject({ status: "preparing", scheduledUntil: null, progress: { busySince: null } });
    expect(draft.events).toEqual([{ code: "rollout_begun", params: { count: 2 }, instance: null, actor: null }]);
  });

  it("asks what became of a change that is still owed, unless a newer one is known to be under way, and is not surprised by it", () => {
    const owed: InFlight = { tx: "older:1", rollout: "older", attempt: 1, to: TWO, opener: "deployment", own: false };
    const newer: InFlight = { ...owed, tx: "newer:1", rollout: "newer" };
    const targets = [
      aTarget("a", { holding: false, memory: { expect: [ONE] } }),
      aTarget("b", { holding: false }),
      aTarget("c", { holding: false, memory: { inFlight: newer, expect: [ONE] } }),
      aTarget("d", { holding: false }),
      aTarget("e", { status: "skipped", holding: false }),
    ];
    const all = new Map(["a", "b", "c", "e"].map((instance) => [instance, owed]));
    const memories = (draft: Draft) => draft.all.map(({ memory }) => [memory.inFlight?.tx ?? null, memory.expect]);
    const expected = [
      ["older:1", [ONE, TWO]],
      ["older:1", null],
      ["newer:1", [ONE]],
      [null, null],
      [null, null],
    ];
    expect(memories(begin(scheduled, targets, new Map(), NOW, new Map(), all))).toEqual(expected);
    const rollback = { rollout: aRollout({ kind: "rollback", status: "scheduled" }), targets, pending: new Set<string>() };
    expect(memories(takeOver(rollback, [], new Map(), NOW, all).taker)).toEqual(expected);
  });

  it("leaves out what is settled from the first", () => {
    const draft = begin(
      scheduled,
      [aTarget("a", { status: "skipped", holding: false }), aTarget("b", { holding: false })],
      new Map(),
      NOW,
      new Map([["a", THREE]]),
    );
    expect(draft.targets.get("a")).toMatchObject({ holding: false, from: ONE });
    expect(draft.events[0]?.params).toEqual({ count: 1 });
  });

  it("of an instance on which nothing runs by now goes back to nothing", () =>
    expect(begin(scheduled, [aTarget("a")], new Map(), NOW, new Map([["a", null]])).targets.get("a")?.from).toBeNull());
});
