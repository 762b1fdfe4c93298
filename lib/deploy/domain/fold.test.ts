import { describe, expect, it } from "vitest";
import { Draft } from "./draft";
import { fold } from "./fold";
import type { Rollout, Target } from "./rollout-state";
import type { StepKind, StepOutcome } from "./step-outcome";
import { aRollout, aTarget } from "./testing/facts";

const NOW = 9_000;
const ONE = { version: "1", revision: 1 };
const TWO = { version: "2", revision: 1 };
const EVIDENCE = { exitCode: 1, signal: null, health: [], log: ["no"] };
const settling = { step: "settle", code: "no_answer", params: {}, evidence: null } as const;

function folded(kind: Rollout["kind"], target: Target, step: StepKind, outcome: StepOutcome, attempt = target.attempt) {
  const draft = new Draft(aRollout({ kind }), [target], NOW);
  fold(draft, { instance: target.instance, attempt, step, outcome });
  return { draft, target: draft.targets.get(target.instance), told: draft.events.map((event) => event.code).join(" ") };
}

const switching = (change: Parameters<typeof aTarget>[1] = {}) =>
  aTarget("a", { status: "switching", ...change, memory: { began: true, unanswered: 2, since: 5, ...change?.memory } });
const back = (change: Parameters<typeof aTarget>[1] = {}) => switching({ direction: "back", attempt: 2, ...change });
const verified: StepOutcome = { kind: "verified", changed: true };
const exited = (runs: typeof ONE | null, code: "exited" | "cancelled" = "exited"): StepOutcome => ({
  kind: "not_verified",
  code,
  params: { exit_code: 1 },
  evidence: EVIDENCE,
  runs,
  durationMs: 400,
});

describe("an outcome that nobody waits for changes nothing", () => {
  it.each<[string, Target, StepKind, number]>([
    ["of an older attempt", switching({ attempt: 2 }), "activate", 1],
    ["of another step", switching(), "stage", 1],
    ["of an instance that another rollout has", switching({ holding: false }), "activate", 1],
    ["of one that is settled", switching({ status: "succeeded" }), "activate", 1],
  ])("%s", (_, target, step, attempt) => {
    const { draft } = folded("deployment", target, step, verified, attempt);
    expect([draft.dirty.size, draft.events.length, draft.history.length]).toEqual([0, 0, 0]);
  });

  it("of no target of it", () => {
    const draft = new Draft(aRollout(), [], NOW);
    fold(draft, { instance: "z", attempt: 1, step: "activate", outcome: verified });
    expect(draft.events).toEqual([]);
  });
});

describe("verified", () => {
  it.each<[string, Rollout["kind"], Target, boolean, object, string, string]>([
    [
      "a deployment's change",
      "deployment",
      switching(),
      true,
      { status: "succeeded", changed: true, versionNow: "2", failure: null },
      "deployment 2 true",
      "target_verified",
    ],
    [
      "what ran already",
      "deployment",
      switching(),
      false,
      { status: "succeeded", changed: false, versionNow: "2" },
      "deployment 2 false",
      "target_unchanged",
    ],
    [
      "what an older attempt changed",
      "deployment",
      switching({ changed: true }),
      false,
      { status: "succeeded", changed: true },
      "deployment 2 false",
      "target_unchanged",
    ],
    [
      "a rollback's change",
      "rollback",
      switching(),
      true,
      { status: "succeeded", versionNow: "2" },
      "rollback 2 true",
      "target_verified",
    ],
    [
      "on the way back",
      "deployment",
      back({ failure: settling }),
      true,
      { status: "put_back", versionNow: "1", failure: null },
      "put_back 1 true",
      "target_put_back",
    ],
    [
      "on the way back, with what made it go back",
      "deployment",
      back({ failure: { ...settling, step: "verify" } }),
      true,
      { failure: { ...settling, step: "verify" } },
      "put_back 1 true",
      "target_put_back",
    ],
    [
      "by a host that had been silent",
      "deployment",
      switching({ status: "unknown", failure: settling }),
      true,
      { status: "succeeded", failure: null },
      "deployment 2 true",
      "target_settled_late",
    ],
  ])("%s", (_, kind, target, changed, after, history, told) => {
    const result = folded(kind, target, "activate", { kind: "verified", changed });
    expect(result.target).toMatchObject({ ...after, endedAt: NOW, memory: { unanswered: 0, since: null, runsNew: false } });
    expect(result.told).toBe(told);
    const [row] = result.draft.history;
    expect(row).toMatchObject({ kind: "runs", instance: "a", rollout: "ro-1", attempt: target.attempt, at: NOW });
    expect(row?.kind === "runs" ? `${row.opener} ${row.release.version} ${row.changed}` : "").toBe(history);
    expect(result.draft.events[0]?.params).toMatchObject({ instance: "a", version: target.direction === "back" ? "1" : "2" });
    if (told === "target_settled_late") expect(result.draft.events[0]?.params).toMatchObject({ status: "succeeded" });
  });

  it("tells the process that its host has told", () => {
    const process = { pid: 4_711, since: NOW - 300 };
    const told = (outcome: StepOutcome) => folded("deployment", switching(), "activate", outcome).draft.history;
    expect(told({ kind: "verified", changed: true, process })).toMatchObject([{ kind: "runs", process }]);
    expect(told({ kind: "verified", changed: true, process: null })).toMatchObject([{ kind: "runs", process: null }]);
    expect(told(verified)).toMatchObject([{ kind: "runs", process: null }]);
  });

  it("late and on the way back is told as put back", () =>
    expect(folded("deployment", back({ status: "unknown" }), "activate", verified).draft.events[0]).toMatchObject({
      code: "target_settled_late",
      params: { instance: "a", version: "1", status: "put_back" },
    }));
});

describe("not verified", () => {
  it.each<[string, Target, StepOutcome, object, object]>([
    [
      "put back by its host",
      switching(),
      exited(ONE),
      { versionNow: "1", memory: { runsNew: false } },
      { opener: "deployment", outcome: "failed", release: TWO, runs: ONE },
    ],
    ["nothing runs", switching(), exited(null), { versionNow: null }, { opener: "deployment", outcome: "failed", runs: null }],
    ["cancelled on the way", switching(), exited(ONE, "cancelled"), { versionNow: "1" }, { outcome: "put_back" }],
    [
      "on the way back: the new one runs on",
      back(),
      exited(TWO),
      { versionNow: "2", memory: { runsNew: true } },
      { opener: "put_back", outcome: "failed", release: ONE, runs: TWO },
    ],
    [
      "on the way back: nothing runs",
      back(),
      exited(null),
      { versionNow: null, memory: { runsNew: false } },
      { opener: "put_back" },
    ],
    ["on the way back of a restart", back({ to: ONE }), exited(ONE), { memory: { runsNew: false } }, { opener: "put_back" }],
  ])("%s", (_, target, outcome, after, history) => {
    const result = folded("deployment", target, "activate", outcome);
    const code = outcome.kind === "not_verified" ? outcome.code : "";
    const failure = { step: "verify", code, params: { exit_code: 1 }, evidence: EVIDENCE };
    expect(result.target).toMatchObject({ status: "failed", failure, endedAt: NOW, ...after });
    expect(result.target?.memory).toMatchObject({ unanswered: 0, since: null });
    expect(result.draft.history).toEqual([
      expect.objectContaining({
        kind: "failed",
        instance: "a",
        rollout: "ro-1",
        attempt: target.attempt,
        failure,
        startedAt: NOW - 400,
        endedAt: NOW,
        ...history,
      }),
    ]);
    const version = target.direction === "back" ? "1" : "2";
    expect(result.draft.events).toEqual([
      {
        code: "target_failed",
        instance: "a",
        actor: null,
        params: { instance: "a", code, version, version_now: result.target?.versionNow },
      },
    ]);
  });
});

describe("nothing was begun", () => {
  const staging = (change: Parameters<typeof aTarget>[1] = {}) =>
    aTarget("a", { status: "staging", ...change, memory: { since: 5, unanswered: 2, ...change?.memory } });

  it.each<[string, Target, StepKind, StepOutcome, object]>([
    [
      "refused by its host",
      switching(),
      "activate",
      { kind: "refused", code: "disk_full", params: { detail: "x" } },
      { step: "switch", code: "disk_full", params: { detail: "x" }, evidence: null },
    ],
    [
      "its files could not be brought",
      staging(),
      "stage",
      { kind: "stage_failed", code: "unsafe_package", params: { n: 1 } },
      { step: "stage", code: "unsafe_package", params: { n: 1 }, evidence: null },
    ],
  ])("%s", (_, target, step, outcome, failure) => {
    const result = folded("deployment", target, step, outcome);
    expect(result.target).toMatchObject({
      status: "failed",
      failure,
      versionNow: "1",
      endedAt: NOW,
      memory: { since: null, unanswered: 0 },
    });
    expect(result.draft.events[0]).toMatchObject({
      code: "target_failed",
      params: { instance: "a", version: "2", version_now: "1" },
    });
    expect(result.draft.history).toEqual([]);
  });

  it("the log says why, in the words of the failure: that a host shows another key is not that it does not answer", () => {
    const target = aTarget("a", { status: "staging", host: "web-1", memory: { unanswered: 3 } });
    const trouble = { code: "host_key_changed", params: { host: "web-1", accepted: "SHA256:a", found: "SHA256:b" } } as const;
    const { draft } = folded("deployment", target, "stage", { kind: "no_answer", reason: "another key", trouble });
    expect(draft.events[0]?.params).toEqual({
      ...trouble.params,
      trouble: "host_key_changed",
      reason: "another key",
      instance: "a",
      code: "host_unreachable",
      version: "2",
      version_now: "1",
    });
  });

  it("what was seen on the host tells what runs, else what was recorded", () => {
    const refused: StepOutcome = { kind: "refused", code: "disk_full", params: {} };
    const versionNow = (target: Target) => folded("rollback", target, "activate", refused).target?.versionNow;
    expect(versionNow(switching({ versionNow: "0", memory: { fenced: true } }))).toBe("0");
    expect(versionNow(switching({ versionNow: null, memory: { fenced: true } }))).toBeNull();
    expect(versionNow(switching({ versionNow: "0" }))).toBe("1");
    expect(versionNow(switching({ from: null }))).toBeNull();
  });

  it("a release that was pruned is brought again, once", () => {
    const missing: StepOutcome = { kind: "refused", code: "release_missing", params: {} };
    const again = folded("deployment", switching({ memory: { onHost: true } }), "activate", missing);
    expect(again.target).toMatchObject({
      status: "staging",
      failure: null,
      memory: { onHost: false, began: false, restaged: true },
    });
    expect(again.told).toBe("");
    expect(folded("deployment", switching({ memory: { restaged: true } }), "activate", missing).target?.failure?.code).toBe(
      "release_missing",
    );
  });

  it("files that arrived make it ready, and the silence before is forgotten", () => {
    const result = folded("deployment", staging({ failure: settling }), "stage", { kind: "staged" });
    expect(result.target).toMatchObject({
      status: "staged",
      failure: null,
      memory: { onHost: true, unanswered: 0, since: null },
    });
    const failed = { ...settling, step: "verify" } as const;
    expect(folded("deployment", staging({ failure: failed }), "stage", { kind: "staged" }).target?.failure).toEqual(failed);
  });

  it("that it is being verified is told once", () => {
    expect(folded("deployment", switching(), "activate", { kind: "verifying" })).toMatchObject({
      target: { status: "verifying" },
      told: "target_verifying",
    });
    expect(folded("deployment", switching({ status: "unknown" }), "activate", { kind: "verifying" })).toMatchObject({
      target: { status: "unknown" },
      told: "",
    });
  });
});

describe("a host that does not answer", () => {
  const silent: StepOutcome = { kind: "no_answer", reason: "cut off" };
  it.each<[string, Rollout["kind"], Target, StepKind, string, string]>([
    [
      "a change that may have begun is not known",
      "deployment",
      switching({ memory: { unanswered: 0 } }),
      "activate",
      "unknown",
      "target_unknown",
    ],
    ["a rollback waits in every step", "rollback", aTarget("a", { status: "staging" }), "fence", "unknown", "target_unknown"],
    [
      "so does the way back",
      "deployment",
      aTarget("a", { status: "staging", direction: "back", attempt: 2 }),
      "fence",
      "unknown",
      "target_unknown",
    ],
    ["and the end of a first version", "deployment", back({ from: null }), "stop", "unknown", "target_unknown"],
    [
      "files are tried again",
      "deployment",
      aTarget("a", { status: "staging", memory: { unanswered: 2 } }),
      "stage",
      "staging",
      "",
    ],
    [
      "and given up after the fourth time",
      "deployment",
      aTarget("a", { status: "staging", memory: { unanswered: 3 } }),
      "stage",
      "failed",
      "target_failed",
    ],
    ["what is not known stays so, and is told once", "deployment", switching({ status: "unknown" }), "activate", "unknown", ""],
  ])("%s", (_, kind, target, step, status, told) => {
    const result = folded(kind, target, step, silent);
    expect(result.target?.status).toBe(status);
    expect(result.told).toBe(told);
    if (status !== "failed") expect(result.target?.memory.unanswered).toBe(target.memory.unanswered + 1);
    if (told === "target_unknown")
      expect(result.target).toMatchObject({
        versionNow: null,
        failure: { step: "settle", code: "no_answer" },
        memory: { since: NOW, began: target.memory.began || step === "activate" },
      });
    if (told === "target_failed") expect(result.target?.failure).toMatchObject({ step: "stage", code: "host_unreachable" });
  });

  it("keeps the failure that was there before", () =>
    expect(folded("deployment", back({ failure: { ...settling, step: "bake" } }), "activate", silent).target?.failure?.step).toBe(
      "bake",
    ));

  it("a worker that failed itself is named instead", () => {
    const failed: StepOutcome = { kind: "worker_failed", detail: "a bug", evidence: EVIDENCE };
    const result = folded("deployment", switching(), "activate", failed);
    expect(result.target?.failure).toEqual({
      step: "settle",
      code: "worker_failed",
      params: { detail: "a bug" },
      evidence: EVIDENCE,
    });
    expect(result.draft.events).toMatchObject([
      { code: "target_worker_failed", instance: "a", params: { instance: "a", detail: "a bug" } },
    ]);
  });
});

describe("a host that has seen a higher generation", () => {
  const stale = (seen: number, target: Target) =>
    folded("deployment", target, "activate", { kind: "stale_generation", seen }).target;
  it("is asked under a still higher one, as another attempt that remembers the change under way", () => {
    expect(stale(12, switching({ generation: 4, memory: { runsNew: true } }))).toMatchObject({
      status: "waiting",
      attempt: 2,
      generation: 13,
      memory: { inFlight: { tx: "ro-1:1" }, runsNew: true },
    });
    expect(stale(2, switching({ generation: 4 }))?.generation).toBe(5);
  });
});
