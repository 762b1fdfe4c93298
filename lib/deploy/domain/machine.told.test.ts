import { describe, expect, it } from "vitest";
import { Scene } from "./testing/scene";
import type { Live } from "./testing/simulated-rollout";

/** What a rollout tells, one line an event: its code, then its parameters. */
function told(live: Live): string {
  return live.events
    .map(({ code, params, actor }) => {
      const words = Object.entries(params).map(([name, value]) => `${name}=${Array.isArray(value) ? value.join("+") : value}`);
      return [code, ...words, ...(actor === null ? [] : [`(${actor})`])].join(" ");
    })
    .join("\n");
}

describe("what a rollout tells, from its beginning to its end", () => {
  it("a deployment in waves with a bake and a gate", () => {
    const scene = new Scene(["a", "b", "c"]);
    const live = scene.deploy("2", { canary: 1, waveSize: "100%", bakeSeconds: 5, promotion: "after_canary" });
    scene.after(7);
    scene.console.act("deploy-2", "promote", 2);
    scene.after(7);
    expect(told(live)).toMatchInlineSnapshot(`
      "rollout_begun count=3
      preparing hosts=3
      prepared instances=3
      wave_started wave=1 waves=2 count=1
      target_switching instance=a version=2
      target_verified instance=a version=2
      baking wave=1 seconds=5
      baked wave=1
      gate_reached wave=2
      paused why=gate wave=2
      gate_opened wave=2 by=bob (bob)
      wave_started wave=2 waves=2 count=2
      target_switching instance=b version=2
      min_healthy_waiting wave=2
      target_verified instance=b version=2
      target_switching instance=c version=2
      target_verified instance=c version=2
      baking wave=2 seconds=5
      baked wave=2
      rollout_ended status=succeeded reason=null succeeded=3 failed=0 total=3"
    `);
    expect(live.rollout).toMatchObject({ changed: true, startedAt: expect.any(Number), completedAt: expect.any(Number) });
  });

  it("a deployment that fails in its first wave and goes back", () => {
    const scene = new Scene(["a", "b", "c"]);
    scene.breaks("2", ["b"]);
    const live = scene.deploy("2", { canary: 0, waveSize: 2, bakeSeconds: 0, minHealthy: "0%" });
    scene.after(5);
    expect(told(live)).toMatchInlineSnapshot(`
      "rollout_begun count=3
      preparing hosts=3
      prepared instances=3
      wave_started wave=1 waves=2 count=2
      target_switching instance=a version=2
      target_switching instance=b version=2
      target_verified instance=a version=2
      target_failed instance=b code=exited version=2 version_now=1
      rolling_back why=failures_exceeded failed=1 allowed=0
      target_putting_back instance=a version=1
      target_skipped instance=c
      target_put_back instance=a version=1
      rollout_ended failed=1 allowed=0 status=rolled_back reason=failures_exceeded succeeded=0 total=3"
    `);
  });

  it("an instance that falls over in its bake", () => {
    const scene = new Scene(["a", "b"]);
    const live = scene.deploy("2", { canary: 1, waveSize: 1, bakeSeconds: 30 });
    scene.after(3);
    scene.fallsOver("a");
    scene.after(5);
    expect(told(live)).toMatchInlineSnapshot(`
      "rollout_begun count=2
      preparing hosts=2
      prepared instances=2
      wave_started wave=1 waves=2 count=1
      target_switching instance=a version=2
      target_verified instance=a version=2
      baking wave=1 seconds=30
      target_failed instance=a code=fell_over_in_bake version=2 version_now=2
      rolling_back why=failures_exceeded failed=1 allowed=0
      target_putting_back instance=a version=1
      target_skipped instance=b
      target_put_back instance=a version=1
      rollout_ended failed=0 allowed=0 status=rolled_back reason=failures_exceeded succeeded=0 total=2"
    `);
  });

  it("an instance of an earlier wave that falls over", () => {
    const scene = new Scene(["a", "b"]);
    const live = scene.deploy("2", { canary: 1, waveSize: 1, bakeSeconds: 30 });
    scene.after(35);
    scene.fallsOver("a");
    scene.after(5);
    expect(told(live)).toMatchInlineSnapshot(`
      "rollout_begun count=2
      preparing hosts=2
      prepared instances=2
      wave_started wave=1 waves=2 count=1
      target_switching instance=a version=2
      target_verified instance=a version=2
      baking wave=1 seconds=30
      baked wave=1
      wave_started wave=2 waves=2 count=1
      target_switching instance=b version=2
      target_verified instance=b version=2
      baking wave=2 seconds=30
      bake_alarm instance=a wave=1
      paused why=bake_alarm instance=a"
    `);
  });

  it("a pause after failures, a second try, a pause by a person, an abort", () => {
    const scene = new Scene(["a", "b"]);
    scene.breaks("2", ["a"]);
    const live = scene.deploy("2", { canary: 1, waveSize: 1, bakeSeconds: 30, onFailure: "pause" });
    scene.after(2);
    scene.console.fleet.broken.clear();
    scene.console.act("deploy-2", "retry");
    scene.after(2);
    scene.console.act("deploy-2", "pause");
    scene.console.act("deploy-2", "resume");
    scene.console.act("deploy-2", "abort");
    scene.after(2);
    expect(told(live)).toMatchInlineSnapshot(`
      "rollout_begun count=2
      preparing hosts=2
      prepared instances=2
      wave_started wave=1 waves=2 count=1
      target_switching instance=a version=2
      target_failed instance=a code=exited version=2 version_now=1
      paused why=failures_exceeded failed=1 allowed=0
      target_retried instance=a by=bob (bob)
      resumed by=bob (bob)
      target_switching instance=a version=2
      target_verified instance=a version=2
      baking wave=1 seconds=30
      paused why=by_person by=bob
      resumed by=bob (bob)
      aborting by=bob (bob)
      target_skipped instance=b
      rollout_ended by=bob status=cancelled reason=aborted succeeded=1 failed=0 total=2"
    `);
  });

  it("stop on failure", () => {
    const scene = new Scene(["a", "b"]);
    scene.breaks("2");
    const live = scene.deploy("2", { canary: 1, waveSize: 1, onFailure: "stop" });
    scene.after(3);
    expect(told(live)).toMatchInlineSnapshot(`
      "rollout_begun count=2
      preparing hosts=2
      prepared instances=2
      wave_started wave=1 waves=2 count=1
      target_switching instance=a version=2
      target_failed instance=a code=exited version=2 version_now=1
      target_skipped instance=b
      rollout_ended failed=1 allowed=0 status=failed reason=failures_exceeded succeeded=0 total=2"
    `);
    expect(live.rollout.statusReason).toEqual({ code: "failures_exceeded", params: { failed: 1, allowed: 0 } });
  });

  it("a host that is silent when its change begins, and answers in time", () => {
    const scene = new Scene(["a"]);
    const live = scene.deploy("2", { onFailure: "pause", bakeSeconds: 0 });
    scene.underWay(live, "ok");
    for (const step of [...live.steps.values()]) scene.console.run(step, "answer_lost");
    scene.after(3);
    expect(told(live)).toMatchInlineSnapshot(`
      "rollout_begun count=1
      preparing hosts=1
      prepared instances=1
      wave_started wave=1 waves=1 count=1
      target_switching instance=a version=2
      target_unknown instance=a host=host-a reason=timeout
      paused why=failures_exceeded failed=1 allowed=0
      target_settled_late instance=a version=2 status=succeeded"
    `);
  });

  it("a deployment that is taken over, and the rollback that takes it back", () => {
    const scene = new Scene(["a", "b"]);
    const live = scene.deploy("2", { canary: 1, waveSize: 1, bakeSeconds: 30 });
    scene.after(3);
    const back = scene.takeBack("deploy-2", { graceSeconds: 0 });
    scene.after(3);
    expect(told(live)).toMatchInlineSnapshot(`
      "rollout_begun count=2
      preparing hosts=2
      prepared instances=2
      wave_started wave=1 waves=2 count=1
      target_switching instance=a version=2
      target_verified instance=a version=2
      baking wave=1 seconds=30
      target_taken_over instance=a by=take-back-deploy-2
      target_skipped instance=b
      rollout_ended by=take-back-deploy-2 status=superseded reason=replaced succeeded=0 failed=0 total=2"
    `);
    expect(told(back)).toMatchInlineSnapshot(`
      "rollout_begun count=1
      instances_taken_over count=1 rollouts=deploy-2
      prepared instances=1
      wave_started wave=1 waves=1 count=1
      target_switching instance=a version=1
      target_verified instance=a version=1
      rollout_ended status=succeeded reason=null succeeded=1 failed=0 total=1"
    `);
  });

  it("a package that is refused", () => {
    const scene = new Scene(["a"]);
    const live = scene.deploy("2");
    const failure = { step: "package", code: "unsafe_package", params: { entry: "../x" }, evidence: null } as const;
    live.packages = { kind: "refused", failure };
    scene.after(1);
    expect(told(live)).toMatchInlineSnapshot(`
      "rollout_begun count=1
      package_refused code=unsafe_package entry=../x
      rollout_ended code=unsafe_package status=failed reason=package succeeded=0 failed=1 total=1"
    `);
    expect(live.targets.get("a")).toMatchObject({ status: "failed", failure, versionNow: "1" });
  });

  it("a rollout that is started early, and one that never was", () => {
    const scene = new Scene(["a"]);
    const first = scene.deploy("2", { graceSeconds: 60, bakeSeconds: 0 });
    scene.console.act("deploy-2", "start_now");
    scene.after(1);
    const second = scene.deploy("3", { graceSeconds: 60 });
    scene.console.act("deploy-3", "undo");
    expect(told(first)).toMatchInlineSnapshot(`
      "grace_skipped by=bob (bob)
      rollout_begun count=1
      preparing hosts=1
      prepared instances=1
      wave_started wave=1 waves=1 count=1
      target_switching instance=a version=2
      target_verified instance=a version=2
      rollout_ended status=succeeded reason=null succeeded=1 failed=0 total=1"
    `);
    expect(told(second)).toMatchInlineSnapshot(`
      "rollout_undone by=bob (bob)
      target_skipped instance=a
      rollout_ended by=bob status=cancelled reason=undone succeeded=0 failed=0 total=1"
    `);
    expect(second.rollout.statusReason).toEqual({ code: "undone", params: { by: "bob" } });
  });

  it("a deployment without room under min_healthy", () => {
    const scene = new Scene(["a", "b", "c"]);
    const live = scene.deploy("2", { canary: 0, waveSize: "100%", minHealthy: "90%", bakeSeconds: 0 });
    scene.decided("deploy-2").decided("deploy-2");
    scene.fallsOver("c");
    for (const step of [...live.steps.values()]) scene.console.run(step);
    scene.after(310);
    expect(told(live)).toMatchInlineSnapshot(`
      "rollout_begun count=3
      preparing hosts=3
      prepared instances=3
      wave_started wave=1 waves=1 count=3
      target_switching instance=c version=2
      min_healthy_waiting wave=1
      target_verified instance=c version=2
      target_switching instance=a version=2
      target_verified instance=a version=2
      target_switching instance=b version=2
      target_verified instance=b version=2
      rollout_ended status=succeeded reason=null succeeded=3 failed=0 total=3"
    `);
  });
});
