import { describe, expect, it } from "vitest";
import { OneInstance } from "./testing/one-instance";
import { ACTIVATION_OUTCOMES, leavesStable, outcomeOfLeaving, versionStatuses } from "./version-status";

const on = () => new OneInstance();
const told = (instance: OneInstance, withdrawn: readonly string[] = []) =>
  versionStatuses(instance.history, new Set(withdrawn)).map((entry) => `${entry.version} ${entry.status}`);

describe("the histories of the contract", () => {
  it.each<[string, OneInstance, readonly string[], readonly string[]]>([
    ["A → B → back to A", on().deployed("A").deployed("B").rolledBackTo("A"), [], ["A active", "B deprecated"]],
    [
      "A → B → back to A → back to B: taking back a rollback leaves A stable",
      on().deployed("A").deployed("B").rolledBackTo("A").rolledBackTo("B"),
      [],
      ["B active", "A stable"],
    ],
    [
      "A → B → A, all deployed: going on with an old version is no rollback",
      on().deployed("A").deployed("B").deployed("A"),
      [],
      ["A active", "B stable"],
    ],
    [
      "fix forward from a version that did not answer",
      on().deployed("A").deployed("B").answers(false).deployed("C"),
      [],
      ["C active", "B deprecated", "A stable"],
    ],
    ["a failed redeploy of a stable version", on().deployed("A").deployed("B").failed("A"), [], ["B active", "A deprecated"]],
    ["a change that its host put back", on().deployed("A").failed("B"), [], ["A active", "B deprecated"]],
    ["an automatic reversal", on().deployed("A").deployed("B").putBackTo("A"), [], ["A active", "B deprecated"]],
    ["withdrawn while active, then left", on().deployed("A").deployed("B"), ["B"], ["B active", "A stable"]],
    ["withdrawn after it was stable", on().deployed("A").deployed("B"), ["A"], ["B active", "A deprecated"]],
    ["adopted by hand", on().deployed("A").adopted("B"), [], ["B active", "A stable"]],
    ["adopted, then deployed over", on().adopted("A").deployed("B"), [], ["B active", "A stable"]],
    ["the first version failed: nothing runs", on().failed("A"), [], ["A deprecated"]],
    ["nothing was ever activated", on(), [], []],
    [
      "its host could not be asked when it was replaced",
      on().deployed("A").answers(null).deployed("B"),
      [],
      ["B active", "A stable"],
    ],
    ["a failed attempt of the version that runs", on().deployed("A").failed("A", 2), [], ["A active"]],
    [
      "a failure is forgiven by a later good run",
      on().deployed("A").failed("B").deployed("B").deployed("C"),
      [],
      ["C active", "B stable", "A stable"],
    ],
    [
      "a rollback to a version that never ran there is no verdict on what it leaves",
      on().deployed("B").rolledBackTo("A"),
      [],
      ["A active", "B stable"],
    ],
    [
      "a named rollback further back",
      on().deployed("A").deployed("B").deployed("C").rolledBackTo("A"),
      [],
      ["A active", "C deprecated", "B stable"],
    ],
    [
      "a rollback of a rollback to something else is a rollback",
      on().deployed("A").deployed("B").deployed("C").rolledBackTo("B").rolledBackTo("A"),
      [],
      ["A active", "B deprecated", "C deprecated"],
    ],
  ])("%s", (_, instance, withdrawn, expected) => {
    expect(told(instance, withdrawn)).toEqual(expected);
  });

  it("one entry per distinct version, the running one first, then the newest run first", () => {
    expect(told(on().deployed("A").deployed("B").deployed("A").deployed("C").deployed("B"))).toEqual([
      "B active",
      "C stable",
      "A stable",
    ]);
  });
});

describe("how a run is left", () => {
  const leaving = { by: "rollback", answered: true, ranBefore: true, undoesRollback: false } as const;

  it("taking back a rollback from a version that does not answer is still a verdict on it", () => {
    expect(leavesStable(outcomeOfLeaving({ ...leaving, undoesRollback: true, answered: false }))).toBe(false);
    expect(leavesStable(outcomeOfLeaving({ ...leaving, undoesRollback: true, answered: true }))).toBe(true);
  });

  it("a put-back is a verdict whether it answered or not", () => {
    for (const answered of [true, false, null])
      expect(outcomeOfLeaving({ ...leaving, by: "put_back", answered })).toBe("put_back");
  });

  it("every outcome is either stable or not", () => {
    expect(ACTIVATION_OUTCOMES.filter(leavesStable)).toEqual(["replaced", "restored"]);
  });
});
