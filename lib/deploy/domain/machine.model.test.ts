import { describe, expect, it } from "vitest";
import { decide } from "./machine";
import { RULES, type Rules } from "./testing/rules";
import { everyStrategy, type Fleet, fleetOf, fleetsOf, rollBackTo, TAKE_BACK, unevenFleets } from "./testing/walk/fleets";
import { Walker } from "./testing/walk/walk";

/** States walked by these tests, told at the end. */
function walkAll(fleets: readonly Fleet[], surprises: number): void {
  let states = 0;
  let transitions = 0;
  for (const fleet of fleets) {
    const walk = new Walker(fleet).walk(surprises);
    expect(walk.violation, fleet.name).toBeNull();
    expect(walk.states).toBeGreaterThan(100);
    states += walk.states;
    transitions += walk.transitions;
  }
  process.stdout.write(
    `walked ${fleets.length} fleets, up to ${surprises} surprises: ${states} states, ${transitions} transitions\n`,
  );
}

describe("in every state that a small fleet can come to, nothing happens that may never happen, and an end is reached", () => {
  it("three instances, one surprise", () => walkAll(fleetsOf(3), 1), 600_000);
  it("two instances under every strategy, one surprise", () => walkAll(everyStrategy(), 1), 600_000);
  it("instances that are new or down, one surprise", () => walkAll(unevenFleets(), 1), 600_000);
  it("one instance, two surprises", () => walkAll(fleetsOf(1).slice(0, 1), 2), 600_000);
});

describe("a rule that is broken is found, with the shortest way to it", () => {
  const fleet = (instances: readonly string[]) =>
    fleetOf({
      name: "to be broken",
      instances,
      strategy: { canary: 0, waveSize: "100%", minHealthy: "50%" },
      requests: [TAKE_BACK, rollBackTo("1", "all")],
    });
  const found = (broken: Partial<Rules>, instances: readonly string[], surprises: number) =>
    new Walker(fleet(instances), { ...RULES, ...broken }).walk(surprises).violation;

  it("min_healthy is not counted", () => {
    const broken: Rules["decide"] = (rollout, targets, world) =>
      decide(rollout, targets, { ...world, load: { ...world.load, baseline: 100, down: [] } });
    const violation = found({ decide: broken }, ["1", "1"], 0);
    expect(violation?.what).toContain("too many down at once");
    expect(violation?.trace).toEqual([
      "decide D2",
      "package of D2 is there",
      "decide D2",
      "stage on a for D2: done",
      "stage on b for D2: done",
      "decide D2",
    ]);
  });

  it("a put-back forgets its steps", () => {
    const broken: Rules["decide"] = (rollout, targets, world) => {
      const draft = decide(rollout, targets, world);
      if (rollout.status === "rolling_back") draft.steps.clear();
      return draft;
    };
    const violation = found({ decide: broken }, ["1", "1"], 1);
    expect(violation?.what).toContain("nobody looks at it again");
    expect(violation?.trace).toContain("then, with all answers arriving:");
  }, 120_000);

  it("a take-over does not raise the generation", () => {
    const broken: Rules["takeOver"] = (rollback, others, generations, now) =>
      RULES.takeOver(rollback, others, new Map([...generations].map(([instance, each]) => [instance, each - 1])), now);
    const violation = found({ takeOver: broken }, ["1"], 2);
    expect(violation?.trace).toContain("roll back all to 1");
    expect(violation?.trace.at(-1)).toBe("activate on a for D2 #1: reaches its host late");
  }, 120_000);

  it("an aborted rollout ends while its change is under way", () => {
    const broken: Rules["decide"] = (rollout, targets, world) => {
      const draft = decide(rollout, targets, world);
      if (!draft.rollout.progress.aborting || draft.rollout.completedAt !== null) return draft;
      for (const target of draft.all) {
        draft.skip(target);
        draft.target(target.instance, { holding: false });
      }
      draft.end("cancelled", null);
      return draft;
    };
    const violation = found({ decide: broken }, ["1"], 2);
    expect(violation?.what).toContain("the record is wrong");
    expect(violation?.trace).toContain("abort D2");
  }, 120_000);
});
