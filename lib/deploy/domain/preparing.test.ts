import { describe, expect, it } from "vitest";
import { askAgain } from "./ask-again";
import { Draft } from "./draft";
import type { Failure } from "./errors";
import { prepare, startFirstWave } from "./preparing";
import { FRESH_PROGRESS, type Progress, type Rollout, type Target } from "./rollout-state";
import { resolveStrategy } from "./strategy";
import { aRollout, aTarget } from "./testing/facts";
import type { World } from "./world";

const NOW = 1_000_000;
const SIZE = 5_000_000;
const SHA256 = "a".repeat(64);
const REFUSED: Failure = { step: "package", code: "package_too_large", params: { limit: 9 }, evidence: null };
type Change = Parameters<typeof aTarget>[1];

const progress = (change: Partial<Progress> = {}): Progress => ({ ...FRESH_PROGRESS, packageReady: true, ...change });
const named = (count: number, change: Change = {}) => Array.from({ length: count }, (_, at) => aTarget(`t${at}`, change));

function drafted(rollout: Partial<Rollout>, targets: readonly Target[], pending: readonly string[] = []): Draft {
  return new Draft(aRollout({ status: "preparing", progress: progress(), ...rollout }), targets, NOW, new Set(pending));
}

function prepared(
  rollout: Partial<Rollout>,
  targets: readonly Target[],
  { packages = { kind: "working" }, pending = [] }: { packages?: World["packages"]; pending?: readonly string[] } = {},
): Draft {
  const draft = drafted(rollout, targets, pending);
  prepare(draft, {
    now: NOW,
    load: { baseline: 9, down: [], changing: 0 },
    fallen: new Map(),
    restarted: new Set(),
    packages,
    pending: new Set(pending),
    done: [],
  });
  return draft;
}

const steps = (draft: Draft): string => [...draft.steps.values()].map(({ instance, kind }) => `${instance} ${kind}`).join(", ");

describe("a deployment's package", () => {
  const unchecked = { progress: progress({ packageReady: false }) };

  it("is waited for", () => expect(steps(prepared(unchecked, [aTarget("a")]))).toBe(""));

  it("was there, and the hosts get it", () => {
    const draft = prepared(unchecked, [aTarget("a"), aTarget("b", { host: "host-a" })], { packages: { kind: "ready" } });
    expect(draft.events).toMatchObject([{ code: "preparing", params: { hosts: 1 } }]);
    expect(draft.rollout.progress.packageReady).toBe(true);
    expect(steps(draft)).toBe("a stage, b stage");
  });

  it("was fetched, which is told", () => {
    const packages: World["packages"] = { kind: "ready", fetched: { sha256: SHA256, size: SIZE } };
    expect(prepared(unchecked, [aTarget("a")], { packages }).events[0]).toMatchObject({
      code: "package_checked",
      params: { sha256: SHA256, size: SIZE },
    });
  });

  it("is refused: every instance that is not settled fails with it, and runs what it ran", () => {
    const targets = [aTarget("a"), aTarget("b", { from: null }), aTarget("c", { status: "skipped" })];
    const draft = prepared(unchecked, targets, { packages: { kind: "refused", failure: REFUSED } });
    expect(draft.targets.get("a")).toMatchObject({ status: "failed", failure: REFUSED, versionNow: "1", endedAt: NOW });
    expect(draft.targets.get("b")).toMatchObject({ status: "failed", versionNow: null });
    expect(draft.targets.get("c")).toMatchObject({ status: "skipped", failure: null });
    expect(draft.rollout).toMatchObject({ status: "failed", statusReason: { params: { code: "package_too_large" } } });
  });

  it("is not asked for in a rollback", () =>
    expect(steps(prepared({ ...unchecked, kind: "rollback" }, [aTarget("a")]))).toBe("a fence"));
});

describe("bringing files", () => {
  it("begins once, and remembers since when", () => {
    const draft = prepared({}, [aTarget("a"), aTarget("b", { status: "staging", startedAt: 7, memory: { since: 5 } })]);
    expect(draft.targets.get("a")).toMatchObject({ status: "staging", startedAt: NOW, memory: { since: NOW } });
    expect(draft.targets.get("b")).toMatchObject({ status: "staging", startedAt: 7, memory: { since: 5 } });
  });

  it.each<[string, Change, readonly string[]]>([
    ["belongs to another rollout by now", { holding: false }, []],
    ["has a step under way", {}, ["a"]],
    ["is ready", { status: "staged" }, []],
    ["is being changed", { status: "switching" }, []],
  ])("leaves alone one that %s", (_, change, pending) =>
    expect(steps(prepared({}, [aTarget("a", change)], { pending }))).toBe(""),
  );

  it("is done for 64 at once", () => expect(prepared({}, named(70)).steps.size).toBe(64));

  it("counts those that are under way, and no others", () => {
    const busy = named(60, { status: "staging" });
    const others = ["x0", "x1", "x2", "x3", "x4", "x5"].map((name) => aTarget(name));
    const pending = busy.map(({ instance }) => instance);
    expect(prepared({}, [...busy, ...others], { pending }).steps.size).toBe(4);
    expect(prepared({}, [...named(60, { status: "switching" }), ...others], { pending }).steps.size).toBe(6);
    expect(prepared({}, [...named(60, { status: "staged" }), ...others]).steps.size).toBe(6);
  });
});

describe("the first wave", () => {
  function started(rollout: Partial<Rollout>, targets: readonly Target[], maxFailed = 0): Draft {
    const strategy = resolveStrategy(rollout.kind ?? "deployment", 4, { maxFailed }, {});
    const draft = drafted({ strategy, ...rollout }, targets);
    startFirstWave(draft);
    return draft;
  }
  const begins = (...args: Parameters<typeof started>) => started(...args).rollout.status === "running";
  const ready = (instance: string, change: Change = {}) => aTarget(instance, { status: "staged", ...change });
  const silent = (instance: string, change: Change = {}) =>
    aTarget(instance, { status: "staging", ...change, memory: { unanswered: 1 } });

  it("begins when it is ready, whatever the later ones do", () => {
    const draft = started({}, [ready("a"), ready("b"), aTarget("c", { status: "staging", wave: 2 })]);
    expect(draft.rollout).toMatchObject({ status: "running", startedAt: NOW, progress: { wave: 1 } });
    expect(draft.events[0]).toMatchObject({ code: "prepared", params: { instances: 2 } });
  });

  it("keeps the time at which it had begun before", () =>
    expect(started({ startedAt: 3 }, [ready("a")]).rollout.startedAt).toBe(3));

  it.each<[string, Target]>([
    ["is unknown", aTarget("b", { status: "unknown" })],
    ["has failed", aTarget("b", { status: "failed" })],
    ["is another rollout's", aTarget("b", { status: "staging", holding: false })],
  ])("does not wait for one that %s", (_, other) => expect(begins({}, [ready("a"), other])).toBe(true));

  it("waits for one of its own that is not ready", () =>
    expect(begins({}, [ready("a"), aTarget("b", { status: "staging" })])).toBe(false));

  it("waits for the package", () => expect(begins({ progress: progress({ packageReady: false }) }, [ready("a")])).toBe(false));

  it("goes without hosts that are silent, when it would go on if they failed and others are ready", () => {
    expect(begins({}, [ready("a"), silent("b")], 1)).toBe(true);
    expect(begins({}, [ready("a"), silent("b")], 0)).toBe(false);
    expect(begins({}, [ready("a"), silent("b"), silent("c")], 1)).toBe(false);
    expect(begins({}, [ready("a"), silent("b"), aTarget("c", { status: "staging" })], 2)).toBe(false);
    expect(begins({}, [silent("a"), silent("b")], 2)).toBe(false);
    expect(begins({}, [silent("a"), ready("b", { wave: 2 })], 2)).toBe(false);
  });

  describe("of a rollback", () => {
    const back: Partial<Rollout> = { kind: "rollback" };
    const fenced = (instance: string, change: Change = {}) => ready(instance, { ...change, memory: { fenced: true } });

    it("begins when every host has told what runs there, of all waves", () => {
      expect(begins(back, [fenced("a"), fenced("b", { wave: 2 })])).toBe(true);
      expect(begins(back, [fenced("a"), fenced("b", { status: "staging" })])).toBe(true);
      expect(begins(back, [fenced("a"), aTarget("b", { status: "staging", wave: 2 })])).toBe(false);
    });
    it("goes without none, however many may fail", () => expect(begins(back, [fenced("a"), silent("b")], 4)).toBe(false));
    it("needs no package", () =>
      expect(begins({ ...back, progress: progress({ packageReady: false }) }, [fenced("a")])).toBe(true));
  });
});

describe("asking again", () => {
  const switching = (instance: string, change: Change = {}) =>
    aTarget(instance, { status: "switching", ...change, memory: { began: true, ...change?.memory } });
  function asked(rollout: Partial<Rollout>, targets: readonly Target[], pending: readonly string[] = []): string {
    const draft = drafted({ status: "running", ...rollout }, targets, pending);
    askAgain(draft);
    return [...draft.steps.values()].map(({ instance, kind, delayMs }) => `${instance} ${kind} ${delayMs}`).join(", ");
  }

  it("goes to whoever changes or is unknown, later each time", () => {
    const targets = [
      switching("a"),
      switching("b", { status: "verifying", memory: { unanswered: 1 } }),
      switching("c", { status: "unknown", memory: { unanswered: 9 } }),
      aTarget("d", { status: "staged" }),
    ];
    expect(asked({}, targets)).toBe("a activate 0, b activate 500, c activate 10000");
  });
  it("leaves alone what is under way", () => expect(asked({}, [switching("a")], ["a"])).toBe(""));
  it("leaves alone what is another rollout's", () => expect(asked({}, [switching("a", { holding: false })])).toBe(""));
  it("has an end", () => expect(asked({ status: "failed" }, [switching("a")])).toBe(""));
});
