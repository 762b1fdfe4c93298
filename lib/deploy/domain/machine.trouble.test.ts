import { describe, expect, it } from "vitest";
import { Scene } from "./testing/scene";
import { loadOf } from "./testing/simulated-load";
import { waitingFor } from "./waiting";

const ALL = { canary: 0, waveSize: "100%", bakeSeconds: 0, minHealthy: "0%" } as const;

describe("min_healthy", () => {
  it("a deployment without room waits five minutes, then pauses and names the instances; a person may try again", () => {
    const scene = new Scene(["a", "b", "c", "d"]);
    const live = scene.deploy("2", { canary: 0, waveSize: 1, bakeSeconds: 0 }, ["a", "b"]);
    scene.decided("deploy-2");
    scene.fallsOver("c");
    scene.fallsOver("d");
    scene.after(299);
    expect(live.rollout.status).toBe("running");
    scene.after(3);
    expect(live.rollout).toMatchObject({
      status: "paused",
      statusReason: { code: "min_healthy", params: { instances: ["c", "d"] } },
    });
    scene.console.fleet.machine("c").up = true;
    scene.console.act("deploy-2", "resume");
    scene.after(2);
    expect(scene.end(live)).toBe("succeeded");
  });

  it("an instance that is down itself costs nothing to change", () => {
    const scene = new Scene(["a", "b"]);
    const live = scene.deploy("2", { canary: 0, waveSize: 1, bakeSeconds: 0 }, ["a"]);
    scene.decided("deploy-2");
    scene.fallsOver("a");
    scene.now();
    expect(scene.end(live)).toBe("succeeded");
  });

  it("a rollback may always take one, when nothing else is under way", () => {
    const scene = new Scene(["a", "b", "c", "d"], "2");
    scene.fallsOver("c");
    scene.fallsOver("d");
    const live = scene.rollBack("1", ["a", "b"]);
    scene.fallsOver("c");
    scene.after(3);
    expect(scene.end(live)).toBe("succeeded");
    expect(scene.record).toBe("a 1, b 1, c 2, d 2");
  });
});

describe("a host that cannot be reached", () => {
  it("while files are brought: that target fails, and counts if its instance answered before", () => {
    const scene = new Scene(["a", "b", "c"]);
    scene.cutOff("c");
    const live = scene.deploy("2", { maxFailed: 1, bakeSeconds: 0 });
    scene.after(20);
    expect(live.targets.get("c")).toMatchObject({ status: "failed", failure: { code: "host_unreachable" }, versionNow: "1" });
    expect(scene.end(live)).toBe("succeeded");
    expect(scene.console.history.of("c")).toHaveLength(1);
  });

  it("that may fail: the others of its wave are changed before it is given up, and it joins them if it answers in time", () => {
    const scene = new Scene(["a", "b", "c"]);
    scene.cutOff("c");
    const live = scene.deploy("2", { ...ALL, maxFailed: 1 });
    scene.after(2);
    expect(live.targets.get("a")?.status).toBe("succeeded");
    expect(live.targets.get("c")?.status).toBe("staging");
    scene.answers("c");
    scene.after(3);
    expect(scene.end(live)).toBe("succeeded");
    expect(scene.record).toBe("a 2, b 2, c 2");
  });

  it("nothing was switched: more failures than tolerated end it at once, every host untouched", () => {
    const scene = new Scene(["a", "b"]);
    scene.cutOff("a");
    const live = scene.deploy("2", ALL);
    scene.after(20);
    expect(scene.end(live)).toBe("failed failures_exceeded");
    expect(scene.console.fleet.acts).toEqual([]);
  });

  it("staging has its own limit, and a pause does not use it up", () => {
    const scene = new Scene(["a", "b"]);
    const live = scene.deploy("2", { maxFailed: 1, stageTimeoutS: 60 });
    scene.decided("deploy-2").decided("deploy-2");
    for (const step of [...live.steps.values()]) if (step.instance === "a") scene.console.run(step);
    scene.console.act("deploy-2", "pause");
    scene.console.now += 500_000;
    scene.decided("deploy-2");
    expect(live.targets.get("b")?.status).toBe("staging");
    scene.console.act("deploy-2", "resume");
    scene.decided("deploy-2");
    expect(live.targets.get("b")?.status).toBe("staging");
    scene.console.now += 61_000;
    scene.decided("deploy-2");
    expect(live.targets.get("b")).toMatchObject({ status: "failed", failure: { code: "stage_timeout" } });
  });

  it("after the change began, and answers later: what happened is taken in", () => {
    const scene = new Scene(["a", "b"]);
    const live = scene.deploy("2", { ...ALL, maxFailed: 1 });
    scene.console.drive(50, (step) => (step.instance === "b" && step.kind === "activate" ? "answer_lost" : "ok"));
    scene.cutOff("b");
    scene.console.drive(50);
    expect(live.targets.get("b")?.status).toBe("unknown");
    expect(waitingFor(live.rollout, [...live.targets.values()], loadOf(scene.console, live))).toMatchObject({
      code: "unknown_hosts",
      params: { hosts: ["host-b"] },
    });
    scene.answers("b");
    scene.after(15);
    expect(scene.end(live)).toBe("succeeded");
    expect(scene.codes(live)).toContain("target_settled_late");
    expect(scene.record).toBe("a 2, b 2");
    expect(scene.console.fleet.acts).toHaveLength(2);
  });

  it("and never answers: the rollout ends, the answer is owed, and the deployment is not carried out later", () => {
    const scene = new Scene(["a", "b"]);
    const live = scene.deploy("2", { ...ALL, maxFailed: 1 });
    scene.console.drive(50, (step) => (step.instance === "b" && step.kind === "activate" ? "lost" : "ok"));
    scene.cutOff("b");
    scene.after(310);
    expect(scene.end(live)).toBe("succeeded");
    expect(scene.targets(live)).toBe("a succeeded, b unknown");
    expect(scene.console.debts.get("b")).toMatchObject({ duty: "record", tx: "deploy-2:1" });
    scene.answers("b");
    scene.console.reconcile();
    scene.never.check();
    expect(scene.record).toBe("a 2, b 1");
  });

  it("a put-back that its host did not hear is owed, and carried out when it answers", () => {
    const scene = new Scene(["a", "b"]);
    scene.breaks("2", ["b"]);
    const live = scene.deploy("2", { bakeSeconds: 10 });
    scene.after(5);
    expect(scene.record).toBe("a 2, b 1");
    scene.cutOff("a");
    scene.after(400);
    expect(scene.end(live)).toBe("failed rollback_incomplete");
    expect(scene.console.debts.get("a")).toMatchObject({ duty: "restore", release: { version: "1" } });
    scene.answers("a");
    scene.console.reconcile();
    scene.never.check();
    expect(scene.record).toBe("a 1, b 1");
  });

  it("a rollback waits for it in every step: what was never begun is owed too", () => {
    const scene = new Scene(["a", "b"], "2");
    scene.cutOff("b");
    const live = scene.rollBack("1");
    scene.after(310);
    expect(scene.end(live)).toBe("failed rollback_incomplete");
    expect(scene.console.debts.get("b")).toMatchObject({ duty: "restore", release: { version: "1" } });
    scene.answers("b");
    scene.console.reconcile();
    expect(scene.record).toBe("a 1, b 1");
  });
});

describe("surprises on the host", () => {
  it("one that fell over and whose change is then refused still counts as down: the next is not taken", () => {
    const scene = new Scene(["a", "b"]);
    const live = scene.deploy("2", { canary: 0, waveSize: "100%", maxFailed: 1, minHealthy: "50%" });
    scene.decided("deploy-2").decided("deploy-2");
    for (const step of [...live.steps.values()]) scene.console.run(step);
    scene.decided("deploy-2");
    scene.fallsOver("a");
    const change = live.steps.get("a");
    if (change) scene.console.run(change, "refused");
    scene.decided("deploy-2");
    expect(change?.kind).toBe("activate");
    expect(scene.targets(live)).toBe("a failed, b staged");
    scene.after(400);
    expect(scene.end(live)).toBe("paused min_healthy");
  });

  it("a release that was pruned meanwhile is brought again, once", () => {
    const scene = new Scene(["a"]);
    const live = scene.deploy("2", ALL);
    scene.decided("deploy-2").decided("deploy-2");
    for (const step of [...live.steps.values()]) scene.console.run(step);
    scene.console.fleet.machine("a").onHost = new Set();
    scene.now();
    expect(scene.end(live)).toBe("succeeded");
    expect(scene.console.given.map((step) => step.kind)).toEqual(["stage", "activate", "stage", "activate"]);
  });

  it("a host that has seen a higher generation is fenced above it: only the holder goes on", () => {
    const scene = new Scene(["a"]);
    const live = scene.deploy("2", ALL);
    scene.console.fleet.machine("a").generation = 7;
    scene.now();
    expect(scene.end(live)).toBe("succeeded");
    expect(live.targets.get("a")).toMatchObject({ attempt: 2, generation: 8 });
    expect(scene.console.generations.get("a")).toBe(8);
  });

  it("a command of an older attempt that reaches its host late is refused there", () => {
    const scene = new Scene(["a"]);
    const live = scene.deploy("2", { ...ALL, onFailure: "pause" });
    scene.console.drive(20, (step) => (step.kind === "activate" ? "lost" : "ok"));
    const late = scene.console.given.find((step) => step.kind === "activate");
    scene.breaks("2");
    scene.console.act("deploy-2", "retry");
    scene.now();
    expect(live.targets.get("a")).toMatchObject({ status: "failed", attempt: 2 });
    if (late) expect(scene.console.fleet.perform(late, "ok")).toMatchObject({ kind: "stale_generation" });
    expect(late?.attempt).toBe(1);
  });

  it("the same step of an older attempt is not taken for the one under way", () => {
    const scene = new Scene(["a"]);
    scene.breaks("2");
    const live = scene.deploy("2", { onFailure: "pause", bakeSeconds: 0 });
    scene.now();
    const failed = scene.console.told.findLast((each) => each.done.step === "activate");
    scene.console.fleet.broken.clear();
    scene.console.act("deploy-2", "retry");
    scene.underWay(live);
    if (failed) scene.console.tellAgain("deploy-2", failed.done);
    scene.decided("deploy-2");
    expect(failed?.done.attempt).toBe(1);
    expect(live.targets.get("a")).toMatchObject({ status: "switching", attempt: 2 });
  });

  it("an outcome that is told twice, or of an older attempt, changes nothing", () => {
    const scene = new Scene(["a", "b"]);
    scene.breaks("2", ["a"]);
    const live = scene.deploy("2", { onFailure: "pause", bakeSeconds: 0 });
    scene.now();
    const failed = scene.console.told.findLast((each) => each.done.step === "activate");
    scene.console.fleet.broken.clear();
    scene.console.act("deploy-2", "retry");
    for (const told of failed ? [failed, failed] : []) scene.console.tellAgain("deploy-2", told.done);
    scene.now();
    const verified = scene.console.told.at(-1);
    if (verified) scene.console.tellAgain("deploy-2", verified.done);
    scene.now();
    expect(scene.end(live)).toBe("succeeded");
    expect(scene.codes(live).filter((code) => code === "target_verified")).toHaveLength(2);
  });
});

describe("abort", () => {
  it("while preparing: ends at once, nothing was begun", () => {
    const scene = new Scene(["a", "b"]);
    const live = scene.deploy("2");
    scene.decided("deploy-2").decided("deploy-2");
    scene.console.act("deploy-2", "abort");
    expect(scene.end(live)).toBe("cancelled aborted");
    expect(scene.targets(live)).toBe("a skipped, b skipped");
  });

  it("while running: settles what is in flight, reverses nothing", () => {
    const scene = new Scene(["a", "b", "c"]);
    const live = scene.deploy("2", { ...ALL, waveSize: 1 });
    scene.console.drive(2);
    scene.decided("deploy-2");
    expect(live.targets.get("a")?.status).toBe("switching");
    scene.console.act("deploy-2", "abort");
    scene.now();
    expect(scene.end(live)).toBe("cancelled aborted");
    expect(scene.targets(live)).toBe("a succeeded, b skipped, c skipped");
    expect(live.result?.instances).toEqual(["a"]);
  });

  it.each([0, 2])("with a host that never answers: ends when its time is up, with %i failures tolerated", (maxFailed) => {
    const scene = new Scene(["a", "b"]);
    const live = scene.deploy("2", { ...ALL, waveSize: 1, maxFailed });
    scene.console.drive(3, (step) => (step.kind === "activate" ? "lost" : "ok"));
    scene.cutOff("a");
    scene.console.act("deploy-2", "abort");
    scene.after(310);
    expect(scene.end(live)).toBe("cancelled aborted");
    expect(scene.targets(live)).toContain("a unknown");
    expect(scene.console.debts.get("a")?.duty).toBe("record");
  });

  it("while rolling back: what is not back stays as it is, and is said to be", () => {
    const scene = new Scene(["a", "b", "c"]);
    scene.breaks("2", ["c"]);
    const live = scene.deploy("2", { bakeSeconds: 0, waveSize: 1 });
    while (live.rollout.status !== "rolling_back") scene.console.drive(1);
    scene.console.act("deploy-2", "abort");
    scene.now();
    expect(scene.end(live)).toBe("cancelled aborted");
    expect(scene.record).toBe("a 2, b 2, c 1");
    expect(live.result?.instances).toEqual(["a", "b"]);
  });
});
