import { describe, expect, it } from "vitest";
import { Scene } from "./testing/scene";

const ALL = { canary: 0, waveSize: "100%", bakeSeconds: 0, minHealthy: "0%" } as const;

describe("a rollback that takes back a deployment", () => {
  it("before anything was begun: ends it, and there is nothing to change back", () => {
    const scene = new Scene(["a", "b"]);
    const deploy = scene.deploy("2", { graceSeconds: 60 });
    const back = scene.rollBack("1");
    scene.now();
    expect(scene.end(deploy)).toBe("superseded replaced");
    expect(scene.end(back)).toBe("succeeded");
    expect(scene.console.fleet.acts).toEqual([]);
  });

  it("while files are brought: none of them is ever switched to", () => {
    const scene = new Scene(["a", "b"]);
    const deploy = scene.deploy("2");
    scene.decided("deploy-2").decided("deploy-2");
    const late = [...deploy.steps.values()];
    scene.rollBack("1");
    scene.now();
    for (const step of late) scene.console.run(step);
    scene.now();
    expect(scene.targets(deploy)).toBe("a taken_over, b taken_over");
    expect(scene.record).toBe("a 1, b 1");
  });

  it("while a change is under way: it is cancelled on its host, and its outcome told under the deployment", () => {
    const scene = new Scene(["a", "b"]);
    const deploy = scene.deploy("2", ALL);
    scene.underWay(deploy);
    const back = scene.takeBack("deploy-2");
    scene.now();
    expect(scene.end(deploy)).toBe("superseded replaced");
    expect(scene.end(back)).toBe("succeeded");
    expect(scene.console.history.of("a").map((row) => [row.version, row.rollout, row.outcome])).toEqual([
      ["1", "first", null],
      ["2", "deploy-2", "put_back"],
    ]);
  });

  it("of which the change under way had come up unheard: that is told first, then the way back", () => {
    const scene = new Scene(["a"]);
    scene.underWay(scene.deploy("2", ALL), "ok");
    scene.takeBack("deploy-2");
    scene.now();
    expect(scene.console.history.of("a").map((row) => [row.version, row.openedBy, row.outcome])).toEqual([
      ["1", "deployment", "replaced"],
      ["2", "deployment", "rolled_back"],
      ["1", "rollback", null],
    ]);
  });

  it("in its bake: those changed go back, the others are left alone", () => {
    const scene = new Scene(["a", "b", "c"]);
    const deploy = scene.deploy("2");
    scene.after(2);
    const back = scene.takeBack("deploy-2");
    scene.now();
    expect(scene.targets(deploy)).toBe("a taken_over, b skipped, c skipped");
    expect(scene.targets(back)).toBe("a succeeded");
    expect(deploy.result?.instances).toEqual([]);
    expect(scene.record).toBe("a 1, b 1, c 1");
  });

  it("paused at a gate", () => {
    const scene = new Scene(["a", "b"]);
    const deploy = scene.deploy("2", { promotion: "each_wave", bakeSeconds: 0 });
    scene.now();
    expect(deploy.rollout.status).toBe("paused");
    scene.takeBack("deploy-2");
    scene.now();
    expect(scene.end(deploy)).toBe("superseded replaced");
    expect(scene.record).toBe("a 1, b 1");
  });

  it("while it reverses itself: the rollback goes on with what is left", () => {
    const scene = new Scene(["a", "b", "c"]);
    scene.breaks("2", ["c"]);
    const deploy = scene.deploy("2", { bakeSeconds: 0, waveSize: 1 });
    while (deploy.rollout.status !== "rolling_back") scene.console.drive(1);
    const back = scene.takeBack("deploy-2");
    scene.now();
    expect(scene.end(deploy)).toContain("superseded");
    expect(scene.end(back)).toBe("succeeded");
    expect(scene.record).toBe("a 1, b 1, c 1");
  });

  it("with an instance that has nothing to go back to: it is left alone, and what was under way there is owed an answer", () => {
    const scene = new Scene(["a"]);
    scene.console.add("n", "host-n", null);
    const deploy = scene.deploy("2", ALL, ["a", "n"]);
    scene.underWay(deploy);
    const back = scene.takeBack("deploy-2");
    expect([...back.targets.keys()]).toEqual(["a"]);
    scene.now();
    expect(scene.targets(deploy)).toBe("a taken_over, n unknown");
    expect(scene.console.debts.get("n")).toMatchObject({ duty: "record", tx: "deploy-2:1" });
    scene.console.reconcile();
    scene.never.check();
    expect(scene.record).toBe("a 1, n 2");
  });

  it("one that verified between acceptance and the end of the grace is no surprise", () => {
    const scene = new Scene(["a", "b"]);
    const deploy = scene.deploy("2", ALL);
    scene.console.drive(2);
    scene.decided("deploy-2");
    expect(scene.targets(deploy)).toBe("a switching, b switching");
    const back = scene.takeBack("deploy-2", { graceSeconds: 5 });
    scene.now();
    expect(scene.targets(deploy)).toBe("a succeeded, b succeeded");
    scene.after(6);
    expect(scene.end(back)).toBe("succeeded");
    expect(scene.record).toBe("a 1, b 1");
  });

  it("does nothing when pressed again after everything is back", () => {
    const scene = new Scene(["a", "b"]);
    scene.breaks("2", ["b"]);
    scene.deploy("2", { bakeSeconds: 0 });
    scene.now();
    expect(scene.record).toBe("a 1, b 1");
    expect(scene.console.planTakeBack("deploy-2").size).toBe(0);
  });
});

describe("a rollback named by hand that takes a part", () => {
  it("pauses what it leaves unfinished; a person goes on, and the part taken is not judged", () => {
    const scene = new Scene(["a", "b", "c"]);
    const deploy = scene.deploy("2", { bakeSeconds: 30, waveSize: "100%" });
    scene.after(2);
    scene.rollBack("1", ["a"]);
    scene.now();
    expect(scene.end(deploy)).toBe("paused taken_over_in_part");
    expect(scene.targets(deploy)).toBe("a taken_over, b staged, c staged");
    scene.console.act("deploy-2", "resume");
    scene.after(70);
    expect(scene.end(deploy)).toBe("succeeded");
    expect(deploy.result?.instances).toEqual(["b", "c"]);
    expect(scene.record).toBe("a 1, b 2, c 2");
  });

  it("ends what it leaves nothing to do", () => {
    const scene = new Scene(["a", "b"]);
    const deploy = scene.deploy("2", { ...ALL, bakeSeconds: 60 });
    scene.after(2);
    scene.rollBack("1", ["a"]);
    scene.now();
    expect(scene.end(deploy)).toBe("superseded replaced");
    expect(deploy.result?.instances).toEqual(["b"]);
    expect(scene.record).toBe("a 1, b 2");
  });

  it("pauses a scheduled deployment too; resumed, it waits for its time again and leaves out what was taken", () => {
    const scene = new Scene(["a", "b"]);
    const deploy = scene.deploy("2", { ...ALL, graceSeconds: 60 });
    scene.rollBack("1", ["a"]);
    scene.now();
    expect(scene.end(deploy)).toBe("paused taken_over_in_part");
    scene.console.act("deploy-2", "resume");
    expect(deploy.rollout.status).toBe("scheduled");
    scene.after(65);
    expect(scene.end(deploy)).toBe("succeeded");
    expect(scene.record).toBe("a 1, b 2");
  });

  it("does not stop a reversal of the others", () => {
    const scene = new Scene(["a", "b", "c"]);
    scene.breaks("2", ["c"]);
    const deploy = scene.deploy("2", { bakeSeconds: 0, waveSize: 1 });
    while (deploy.rollout.status !== "rolling_back") scene.console.drive(1);
    scene.rollBack("1", ["a"]);
    scene.now();
    expect(deploy.targets.get("b")?.status).toBe("put_back");
    expect(scene.record).toBe("a 1, b 1, c 1");
  });
});

describe("the grace", () => {
  it("holds back what it will take over, which begins nothing more; undo lets it go on as it was", () => {
    const scene = new Scene(["a", "b", "c"]);
    const deploy = scene.deploy("2", { bakeSeconds: 5 });
    scene.after(1);
    const back = scene.takeBack("deploy-2", { graceSeconds: 100 });
    scene.after(50);
    expect(scene.record).toBe("a 2, b 1, c 1");
    expect(deploy.rollout.status).toBe("baking");
    scene.console.act("take-back-deploy-2", "undo");
    expect(scene.end(back)).toBe("cancelled undone");
    expect(scene.targets(back)).toBe("a skipped");
    expect(deploy.rollout.heldBy).toBeNull();
    scene.after(60);
    expect(scene.end(deploy)).toBe("succeeded");
    expect(scene.record).toBe("a 2, b 2, c 2");
  });

  it("can be cut short", () => {
    const scene = new Scene(["a"]);
    scene.deploy("2", ALL);
    scene.now();
    const back = scene.takeBack("deploy-2", { graceSeconds: 100 });
    scene.console.act("take-back-deploy-2", "start_now");
    scene.now();
    expect(scene.end(back)).toBe("succeeded");
  });

  it("ends by the database's clock, whether or not anybody looks", () => {
    const scene = new Scene(["a"]);
    scene.deploy("2", ALL);
    scene.now();
    const back = scene.takeBack("deploy-2", { graceSeconds: 5 });
    scene.now();
    expect(back.rollout.status).toBe("scheduled");
    scene.after(6);
    expect(scene.end(back)).toBe("succeeded");
  });

  it("of a failing deployment: what is in flight settles, nothing is reversed until it is lifted", () => {
    const scene = new Scene(["a", "b"]);
    scene.breaks("2", ["a", "b"]);
    const deploy = scene.deploy("2", ALL);
    scene.console.drive(2);
    scene.decided("deploy-2");
    scene.rollBack("1", undefined, { graceSeconds: 100 });
    scene.now();
    expect(scene.targets(deploy)).toBe("a failed, b failed");
    expect(deploy.rollout.status).toBe("running");
    scene.console.act("back-to-1", "undo");
    scene.now();
    expect(scene.end(deploy)).toBe("rolled_back failures_exceeded");
  });
});

describe("a rollback over a rollback", () => {
  it("takes it over, and its change under way finishes where it leads to the same version", () => {
    const scene = new Scene(["a"], "2");
    const first = scene.rollBack("1", ["a"], {}, "first-back");
    scene.underWay(first);
    const second = scene.rollBack("1", ["a"], {}, "second-back");
    scene.now();
    expect(scene.end(first)).toBe("superseded replaced");
    expect(scene.end(second)).toBe("succeeded");
    expect(scene.console.fleet.acts).toHaveLength(1);
    expect(scene.console.history.open("a")).toMatchObject({ version: "1", rollout: "first-back", openedBy: "rollback" });
  });

  it("to something else: cancels it", () => {
    const scene = new Scene(["a"], "3");
    scene.underWay(scene.rollBack("1", ["a"], {}, "first-back"));
    scene.rollBack("2", ["a"], {}, "second-back");
    scene.now();
    expect(scene.record).toBe("a 2");
    expect(scene.console.fleet.machine("a").current).toEqual({ version: "2", revision: 1 });
  });

  it("an earlier one in its grace waits for the later one's: it is held back like any other", () => {
    const scene = new Scene(["a"], "3");
    const first = scene.rollBack("1", ["a"], { graceSeconds: 5 }, "first-back");
    scene.rollBack("2", ["a"], { graceSeconds: 20 }, "second-back");
    scene.after(10);
    expect(first.rollout.status).toBe("scheduled");
    scene.after(15);
    expect(scene.end(first)).toBe("superseded replaced");
    expect(scene.record).toBe("a 2");
  });

  it("one that lost a part while it was scheduled takes that part from nobody when a person resumes it", () => {
    const scene = new Scene(["a", "b"], "3");
    const first = scene.rollBack("1", ["a", "b"], { graceSeconds: 5 }, "first-back");
    const second = scene.rollBack("2", ["a"], {}, "second-back");
    scene.underWay(second);
    expect(scene.end(first)).toBe("paused taken_over_in_part");
    scene.console.act("first-back", "resume");
    scene.after(10);
    expect([scene.end(first), scene.end(second)]).toEqual(["succeeded", "succeeded"]);
    expect(scene.record).toBe("a 2, b 1");
  });

  it("taking back a rollback brings the version back that it took away, and both stay good", () => {
    const scene = new Scene(["a"]);
    scene.deploy("2", ALL);
    scene.now();
    scene.takeBack("deploy-2");
    scene.now();
    scene.takeBack("take-back-deploy-2");
    scene.now();
    expect(scene.record).toBe("a 2");
    expect(scene.console.history.of("a").map((row) => [row.version, row.outcome])).toEqual([
      ["1", "replaced"],
      ["2", "rolled_back"],
      ["1", "restored"],
      ["2", null],
    ]);
  });
});

describe("an abort of a rollback that has taken instances over", () => {
  it("before it could ask how the change under way ended: the answer stays owed", () => {
    const scene = new Scene(["a"]);
    scene.underWay(scene.deploy("2", ALL));
    scene.takeBack("deploy-2");
    scene.decided("take-back-deploy-2");
    scene.console.act("take-back-deploy-2", "abort");
    expect(scene.console.debts.get("a")).toMatchObject({ duty: "record", tx: "deploy-2:1", release: { version: "2" } });
    scene.console.reconcile();
    scene.never.check();
    expect(scene.record).toBe("a 2");
  });
});

describe("a deployment that waited for its time", () => {
  it("is put back to what ran when it began, not to what ran when it was accepted", () => {
    const scene = new Scene(["a", "b"]);
    scene.breaks("3", ["b"]);
    const waits = scene.deploy("3", { graceSeconds: 600, bakeSeconds: 0 });
    scene.deploy("2", ALL);
    scene.now();
    scene.after(700);
    expect(scene.end(waits)).toBe("rolled_back failures_exceeded");
    expect(scene.record).toBe("a 2, b 2");
  });
});
