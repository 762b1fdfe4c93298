import { describe, expect, it } from "vitest";
import { Scene } from "./testing/scene";

/** Two waves of one, watched; the second breaks on `b`, which makes the rollout reverse. */
const TWO_WAVES = { canary: 1, waveSize: 1, bakeSeconds: 30, minHealthy: "0%" } as const;

describe("a reversal, where an instance has no earlier version", () => {
  it("stops one that fell over in its bake, says so, and ends its run as stopped", () => {
    const scene = new Scene(["a", "b"], null);
    const live = scene.deploy("1", TWO_WAVES);
    scene.now();
    expect(live.rollout.status).toBe("baking");
    scene.fallsOver("a");
    scene.after(2);
    expect(scene.end(live)).toBe("failed no_earlier_version");
    expect(live.targets.get("a")).toMatchObject({
      status: "failed",
      versionNow: null,
      failure: { code: "fell_over_in_bake" },
    });
    expect(scene.codes(live)).toEqual(expect.arrayContaining(["target_stopping", "target_stopped"]));
    expect(scene.console.history.of("a").map((run) => run.outcome)).toEqual(["stopped"]);
    expect(scene.record).toBe("a -, b -");
    expect(scene.targets(live)).toBe("a failed, b skipped");
  });

  it("keeps one that is healthy, and ends failed all the same", () => {
    const scene = new Scene(["a", "b"], null);
    scene.breaks("1", ["b"]);
    const live = scene.deploy("1", TWO_WAVES);
    scene.after(60);
    expect(scene.end(live)).toBe("failed no_earlier_version");
    expect(scene.targets(live)).toBe("a succeeded, b failed");
    expect(scene.record).toBe("a 1, b -");
  });

  it("asks its host first: one that answers again by then keeps the new version", () => {
    const scene = new Scene(["a", "b"], null);
    const live = scene.deploy("1", TWO_WAVES);
    scene.now();
    scene.fallsOver("a");
    scene.console.fleet.machine("a").up = true;
    scene.console.drive();
    scene.never.check();
    expect(live.targets.get("a")).toMatchObject({ status: "failed", versionNow: "1" });
    expect(scene.codes(live)).toContain("target_kept");
    expect(scene.codes(live)).not.toContain("target_stopped");
    expect(scene.record).toBe("a 1, b -");
  });

  it("owes the stop where the host cannot be asked, and carries it out when it answers", () => {
    const scene = new Scene(["a", "b"], null);
    const live = scene.deploy("1", { ...TWO_WAVES, unknownWaitSeconds: 60 });
    scene.now();
    scene.fallsOver("a");
    scene.cutOff("a");
    scene.after(90);
    expect(scene.end(live)).toBe("failed rollback_incomplete");
    expect(scene.console.debts.get("a")).toMatchObject({ duty: "stop", tx: "deploy-1:2" });
    scene.answers("a");
    scene.console.reconcile();
    scene.never.check();
    expect(scene.record).toBe("a -, b -");
  });
});

describe("a worker that fails itself", () => {
  const failed = {
    kind: "worker_failed",
    detail: "TypeError: x",
    evidence: { exitCode: null, signal: null, health: [], log: [] },
  } as const;

  it("while files are brought: the instance fails with the worker's failure, never with the host's", () => {
    const scene = new Scene(["a", "b"]);
    const live = scene.deploy("2", { maxFailed: 1, bakeSeconds: 0 });
    for (let tries = 0; tries < 40 && live.targets.get("a")?.status !== "failed"; tries += 1) {
      scene.console.now += 10_000;
      scene.console.tick("deploy-2");
      const step = live.steps.get("a");
      if (step === undefined) continue;
      live.steps.delete("a");
      live.done = [{ instance: "a", attempt: step.attempt, step: step.kind, outcome: failed }];
    }
    expect(live.targets.get("a")).toMatchObject({
      status: "failed",
      versionNow: "1",
      failure: { step: "stage", code: "worker_failed", params: { detail: "TypeError: x" }, evidence: failed.evidence },
    });
  });

  it("after the change was given out: the end is unknown, and says that it was the worker", () => {
    const scene = new Scene(["a"]);
    const live = scene.deploy("2", { bakeSeconds: 0, maxFailed: 1 });
    scene.underWay(live);
    const step = live.steps.get("a");
    live.steps.delete("a");
    live.done = [{ instance: "a", attempt: step?.attempt ?? 0, step: "activate", outcome: failed }];
    scene.decided("deploy-2");
    expect(live.targets.get("a")).toMatchObject({ status: "unknown", failure: { step: "settle", code: "worker_failed" } });
    expect(scene.codes(live)).toContain("target_worker_failed");
    scene.after(5);
    expect(scene.end(live)).toBe("succeeded");
  });
});
