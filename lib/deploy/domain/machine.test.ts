import { describe, expect, it } from "vitest";
import { Scene } from "./testing/scene";
import { NO_EVIDENCE } from "./testing/simulated-fleet";
import { loadOf } from "./testing/simulated-load";
import { waitingFor } from "./waiting";

const ALL = { canary: 0, waveSize: "100%", bakeSeconds: 0, minHealthy: "0%" } as const;

describe("a good deployment", () => {
  it("changes the canary, watches it, then goes on wave by wave", () => {
    const scene = new Scene(["a", "b", "c", "d"]);
    const live = scene.deploy("2");
    scene.now();
    expect(scene.record).toBe("a 2, b 1, c 1, d 1");
    expect(live.rollout.status).toBe("baking");
    scene.after(29);
    expect(scene.record).toBe("a 2, b 1, c 1, d 1");
    scene.after(2);
    expect(scene.record).toBe("a 2, b 2, c 1, d 1");
    scene.after(100);
    expect(scene.end(live)).toBe("succeeded");
    expect(live.result).toMatchObject({ ok: true, instances: ["a", "b", "c", "d"], failedInstances: [] });
    expect(scene.codes(live).filter((code) => code === "wave_started")).toHaveLength(4);
  });

  it("never has more down than min_healthy allows, and says that it waits for room", () => {
    const scene = new Scene(["a", "b", "c", "d"]);
    const live = scene.deploy("2", { canary: 0, waveSize: "100%", bakeSeconds: 0 });
    scene.decided(live.rollout.id).decided(live.rollout.id);
    for (const step of [...live.steps.values()]) scene.console.run(step);
    scene.decided(live.rollout.id);
    expect(scene.targets(live)).toBe("a switching, b switching, c staged, d staged");
    expect(scene.codes(live)).toContain("min_healthy_waiting");
    expect(waitingFor(live.rollout, [...live.targets.values()], loadOf(scene.console, live))).toMatchObject({
      code: "min_healthy",
      params: { down: 2, allowed: 2 },
    });
    scene.now();
    expect(scene.end(live)).toBe("succeeded");
  });

  it("goes from one instance to the next in the very decision that hears of the first", () => {
    const scene = new Scene(["a", "b"]);
    const live = scene.deploy("2", { canary: 0, waveSize: "100%", bakeSeconds: 0 });
    scene.underWay(live);
    expect(scene.targets(live)).toBe("a switching, b staged");
    for (const step of [...live.steps.values()]) scene.console.run(step);
    scene.decided("deploy-2");
    expect(scene.targets(live)).toBe("a succeeded, b switching");
  });

  it("counts an instance that runs the version already, and does not touch it", () => {
    const scene = new Scene(["a", "b"], "2");
    const live = scene.deploy("2", ALL);
    scene.now();
    expect(live.result?.instances).toEqual(["a", "b"]);
    expect(scene.console.fleet.acts).toEqual([]);
    expect(live.rollout.changed).toBe(false);
    expect(scene.codes(live).filter((code) => code === "target_unchanged")).toHaveLength(2);
  });

  it("restarts, where told to, what runs the same release already; the history has a row for it", () => {
    const scene = new Scene(["a"]);
    const to = new Map([["a", { version: "1", revision: 1 }]]);
    const live = scene.console.accept({ id: "restart", kind: "deployment", to, instances: ["a"], restart: true, strategy: ALL });
    scene.now();
    expect(scene.end(live)).toBe("succeeded");
    expect(scene.console.fleet.acts).toHaveLength(1);
    expect(scene.console.history.of("a")).toHaveLength(2);
    expect(live.rollout.changed).toBe(false);
  });

  it("waits at a gate until a person opens that one, once", () => {
    const scene = new Scene(["a", "b", "c"]);
    const live = scene.deploy("2", { promotion: "after_canary", bakeSeconds: 5, waveSize: "100%" });
    scene.after(6);
    expect(scene.end(live)).toBe("paused gate");
    scene.after(1_000);
    expect(scene.record).toBe("a 2, b 1, c 1");
    expect(() => scene.console.act("deploy-2", "promote", 3)).toThrow("invalid_transition");
    scene.console.act("deploy-2", "promote", 2);
    expect(() => scene.console.act("deploy-2", "promote", 2)).toThrow("invalid_transition");
    scene.after(10);
    expect(scene.end(live)).toBe("succeeded");
  });
});

describe("a deployment whose package is bad", () => {
  it("ends failed with the package's code, and no host is touched", () => {
    const scene = new Scene(["a", "b"]);
    const live = scene.deploy("2");
    live.packages = { kind: "working" };
    scene.now();
    expect(waitingFor(live.rollout, [...live.targets.values()], loadOf(scene.console, live))?.code).toBe("packages");
    live.packages = { kind: "refused", failure: { step: "package", code: "unsafe_package", params: {}, evidence: null } };
    scene.now();
    expect(scene.end(live)).toBe("failed package");
    expect(scene.console.given).toEqual([]);
    expect(live.result?.failedInstances.map((each) => [each.code, each.versionNow])).toEqual([
      ["unsafe_package", "1"],
      ["unsafe_package", "1"],
    ]);
  });
});

describe("a deployment that fails", () => {
  it("at the canary: its host puts it back, the others are never touched", () => {
    const scene = new Scene(["a", "b", "c"]);
    scene.breaks("2");
    const live = scene.deploy("2");
    scene.now();
    expect(scene.end(live)).toBe("rolled_back failures_exceeded");
    expect(scene.targets(live)).toBe("a failed, b skipped, c skipped");
    expect(scene.record).toBe("a 1, b 1, c 1");
    expect(live.result?.failedInstances[0]).toMatchObject({ instanceId: "a", code: "exited", versionNow: "1" });
    expect([...live.targets.values()][0]?.failure?.evidence).toEqual(NO_EVIDENCE);
  });

  it("later: everything that it changed goes back, by itself, once", () => {
    const scene = new Scene(["a", "b", "c"]);
    scene.breaks("2", ["c"]);
    const live = scene.deploy("2", { bakeSeconds: 0, waveSize: 1 });
    scene.now();
    expect(scene.end(live)).toBe("rolled_back failures_exceeded");
    expect(scene.targets(live)).toBe("a put_back, b put_back, c failed");
    expect(scene.record).toBe("a 1, b 1, c 1");
    expect(live.result?.instances).toEqual([]);
  });

  it("while another change is under way: how that one ended is told first, then it is put back", () => {
    const scene = new Scene(["a", "b"]);
    scene.breaks("2", ["a"]);
    const live = scene.deploy("2", ALL);
    scene.underWay(live, "ok");
    const failed = live.steps.get("a");
    if (failed) scene.console.run(failed);
    scene.now();
    expect(scene.end(live)).toBe("rolled_back failures_exceeded");
    expect(scene.targets(live)).toBe("a failed, b put_back");
    expect(scene.console.history.of("b").map((row) => [row.version, row.openedBy, row.outcome])).toEqual([
      ["1", "deployment", "replaced"],
      ["2", "deployment", "put_back"],
      ["1", "put_back", null],
    ]);
  });

  it("no more often than tolerated: goes on and succeeds", () => {
    const scene = new Scene(["a", "b", "c"]);
    scene.breaks("2", ["a"]);
    const live = scene.deploy("2", { maxFailed: 1, bakeSeconds: 0 });
    scene.now();
    expect(scene.end(live)).toBe("succeeded");
    expect(live.result).toMatchObject({
      ok: true,
      instances: ["b", "c"],
      message: { params: { verified: 2, failed: 1, total: 3, back_on: "1" } },
    });
  });

  it("everywhere within what is tolerated: nothing verified, so it failed", () => {
    const scene = new Scene(["a", "b"]);
    scene.breaks("2");
    const live = scene.deploy("2", { ...ALL, maxFailed: 2 });
    scene.now();
    expect(scene.end(live)).toBe("failed failures_exceeded");
  });

  it("with `pause`: a person resumes, what failed stays failed, and more failures than allowed are no success", () => {
    const scene = new Scene(["a", "b", "c"]);
    scene.breaks("2", ["a"]);
    const live = scene.deploy("2", { onFailure: "pause", bakeSeconds: 0 });
    scene.now();
    expect(scene.end(live)).toBe("paused failures_exceeded");
    expect(scene.record).toBe("a 1, b 1, c 1");
    scene.console.act("deploy-2", "resume");
    scene.now();
    expect(scene.record).toBe("a 1, b 2, c 2");
    expect(scene.end(live)).toBe("failed failures_exceeded");
  });

  it("with `pause`: a person retries, and it comes up", () => {
    const scene = new Scene(["a", "b"]);
    scene.breaks("2", ["a"]);
    const live = scene.deploy("2", { onFailure: "pause", bakeSeconds: 0 });
    scene.now();
    scene.console.fleet.broken.clear();
    scene.console.act("deploy-2", "retry");
    expect(live.targets.get("a")).toMatchObject({ status: "waiting", attempt: 2 });
    scene.now();
    expect(scene.end(live)).toBe("succeeded");
    // What runs there is not taken from memory: the host is asked first.
    const attempts = scene.console.given.filter((step) => step.instance === "a").map((step) => `${step.kind} ${step.attempt}`);
    expect(attempts).toEqual(["stage 1", "activate 1", "fence 2", "activate 2"]);
    expect(scene.console.history.of("a").map((row) => [row.version, row.outcome])).toEqual([
      ["1", "replaced"],
      ["2", "failed"],
      ["2", null],
    ]);
  });

  it("with `stop`: begins nothing more, settles what is in flight, reverses nothing", () => {
    const scene = new Scene(["a", "b", "c", "d"]);
    scene.breaks("2", ["b"]);
    const live = scene.deploy("2", { canary: 0, waveSize: 2, bakeSeconds: 0, onFailure: "stop", minHealthy: "0%" });
    scene.now();
    expect(scene.end(live)).toBe("failed failures_exceeded");
    expect(scene.targets(live)).toBe("a succeeded, b failed, c skipped, d skipped");
    expect(live.result?.instances).toEqual(["a"]);
  });

  it("of an instance without an earlier version: it is not put back, and what keeps the new one says so", () => {
    const scene = new Scene(["a", "b"], null);
    scene.breaks("2", ["b"]);
    const live = scene.deploy("2", { bakeSeconds: 0 });
    scene.now();
    expect(scene.end(live)).toBe("failed no_earlier_version");
    expect(scene.record).toBe("a 2, b -");
    expect(live.result?.instances).toEqual(["a"]);
  });

  it("its old version does not come up either: nothing runs, and the record does not say otherwise", () => {
    const scene = new Scene(["a", "b"]);
    scene.breaks("2", ["a"]);
    scene.breaks("1", ["a"]);
    const live = scene.deploy("2");
    scene.now();
    expect(scene.end(live)).toBe("failed rollback_incomplete");
    expect(live.result?.failedInstances[0]).toMatchObject({ instanceId: "a", versionNow: null });
    expect(scene.console.observed.get("a")?.healthy).toBe(false);
  });
});

describe("health is judged fairly", () => {
  it("what did not answer before does not count against it", () => {
    const scene = new Scene(["a", "b", "c", "d"]);
    scene.breaks("2", ["d"]);
    scene.fallsOver("d");
    const live = scene.deploy("2", { canary: 1, waveSize: "100%", bakeSeconds: 0 });
    scene.now();
    expect(scene.targets(live)).toBe("a succeeded, b succeeded, c succeeded, d failed");
    expect(scene.end(live)).toBe("succeeded");
  });

  it("except in a wave where none verified", () => {
    const scene = new Scene(["a", "b"]);
    scene.breaks("2");
    scene.fallsOver("a");
    scene.fallsOver("b");
    const live = scene.deploy("2");
    scene.now();
    expect(scene.end(live)).toContain("failures_exceeded");
    expect(live.targets.get("b")?.status).toBe("skipped");
  });

  it("falling over in its own bake is a failure: it and the others go back", () => {
    const scene = new Scene(["a", "b", "c"]);
    const live = scene.deploy("2");
    scene.after(3);
    scene.fallsOver("a");
    scene.after(2);
    expect(scene.end(live)).toBe("rolled_back failures_exceeded");
    expect(scene.targets(live)).toBe("a put_back, b skipped, c skipped");
    expect(live.result?.failedInstances[0]).toMatchObject({ instanceId: "a", code: "fell_over_in_bake", versionNow: "1" });
    expect(scene.record).toBe("a 1, b 1, c 1");
  });

  it("started again by its host in its own bake has failed as well, although it answers", () => {
    const scene = new Scene(["a", "b", "c"]);
    const live = scene.deploy("2");
    scene.after(3);
    scene.restarts("a");
    scene.after(2);
    expect(scene.end(live)).toBe("rolled_back failures_exceeded");
    expect(scene.targets(live)).toBe("a put_back, b skipped, c skipped");
    expect(live.result?.failedInstances[0]).toMatchObject({ instanceId: "a", code: "restarted", versionNow: "1" });
  });

  it("an instance of an earlier wave is an alarm and a pause", () => {
    const scene = new Scene(["a", "b", "c", "d"]);
    const live = scene.deploy("2");
    scene.after(35);
    expect(live.rollout.progress.wave).toBe(2);
    scene.fallsOver("a");
    scene.after(2);
    expect(scene.end(live)).toBe("paused bake_alarm");
    expect(live.targets.get("a")?.status).toBe("succeeded");
    scene.console.act("deploy-2", "resume");
    scene.after(200);
    expect(scene.codes(live).filter((code) => code === "bake_alarm")).toHaveLength(1);
    expect(scene.end(live)).toBe("succeeded");
  });

  it("a retry out of a bake is done, and its wave is watched anew", () => {
    const scene = new Scene(["a", "b"]);
    const live = scene.deploy("2", { ...ALL, bakeSeconds: 30, maxFailed: 1 });
    scene.after(3);
    scene.fallsOver("b");
    scene.after(2);
    expect(scene.targets(live)).toBe("a succeeded, b failed");
    scene.console.act("deploy-2", "pause");
    scene.console.act("deploy-2", "retry");
    scene.after(5);
    expect(live.rollout.status).toBe("baking");
    expect(scene.targets(live)).toBe("a succeeded, b succeeded");
    scene.after(40);
    expect(live.result?.instances).toEqual(["a", "b"]);
  });
});

describe("a rollback", () => {
  it("brings those back first that its hosts say are down, then those that serve, in waves", () => {
    const scene = new Scene(["a", "b", "c", "d"], "2");
    scene.fallsOver("c");
    scene.fallsOver("d");
    scene.rollBack("1");
    scene.console.drive(50);
    const order = scene.console.fleet.acts.map((act) => act.instance);
    expect(order.slice(0, 2).sort()).toEqual(["c", "d"]);
    expect(scene.record).toBe("a 1, b 1, c 1, d 1");
  });

  it("treats what only the console cannot see as serving", () => {
    const scene = new Scene(["a", "b", "c", "d"], "2");
    scene.console.observed.set("d", { healthy: false, since: 0 });
    const live = scene.rollBack("1", ["a", "b", "d"]);
    scene.decided("back-to-1").decided("back-to-1");
    for (const step of [...live.steps.values()]) scene.console.run(step);
    scene.decided("back-to-1");
    expect(live.targets.get("d")?.confirmedDown).toBe(false);
    scene.now();
    expect(scene.end(live)).toBe("succeeded");
  });

  it("takes no instance that runs something else than was expected when it was accepted", () => {
    const scene = new Scene(["a", "b"]);
    scene.deploy("2", ALL);
    scene.now();
    const live = scene.takeBack("deploy-2", { graceSeconds: 5 });
    const machine = scene.console.fleet.machine("a");
    machine.current = { version: "9", revision: 1 };
    scene.console.pass(6);
    expect(live.targets.get("a")).toMatchObject({ status: "failed", failure: { code: "precondition_changed" }, versionNow: "9" });
    expect(live.targets.get("b")?.status).toBe("succeeded");
    expect(scene.end(live)).toBe("failed rollback_incomplete");
  });

  it("pauses when two that served fail, and goes on when a person says so", () => {
    const scene = new Scene(["a", "b", "c", "d"], "2");
    scene.breaks("1", ["a", "b"]);
    const live = scene.rollBack("1", undefined, { canary: 0, waveSize: 2, minHealthy: "0%" });
    scene.now();
    expect(scene.end(live)).toBe("paused failures_exceeded");
    expect(scene.record).toBe("a 2, b 2, c 2, d 2");
    scene.console.act("back-to-1", "resume");
    scene.now();
    expect(scene.record).toBe("a 2, b 2, c 1, d 1");
    expect(scene.end(live)).toBe("failed rollback_incomplete");
  });
});
