import { describe, expect, it } from "vitest";
import { broughtBy, newestStable, takeBackDestination } from "./rollback-target";
import { OneInstance } from "./testing/one-instance";

const on = () => new OneInstance();
const leadsTo = (instance: OneInstance, withdrawn: readonly string[] = []) => {
  const to = takeBackDestination(instance.history, new Set(withdrawn));
  return to === null ? null : `${to.version} r${to.revision}`;
};

describe("where taking back the running version leads", () => {
  it.each<[string, OneInstance, readonly string[], string | null]>([
    ["to what it replaced", on().deployed("A").deployed("B"), [], "A r1"],
    ["with the settings that it had", on().deployed("A", 3).deployed("B", 4), [], "A r3"],
    ["to the same version with its older settings, where only these changed", on().deployed("A", 1).deployed("A", 2), [], "A r1"],
    ["nowhere, when there was nothing before", on().deployed("A"), [], null],
    ["nowhere, when nothing runs", on().failed("A"), [], null],
    [
      "past what has failed there since, to the newest stable",
      on().deployed("Z").deployed("A").deployed("B").failed("A"),
      [],
      "Z r1",
    ],
    ["past what did not answer when it was replaced", on().deployed("Z").deployed("A").answers(false).deployed("B"), [], "Z r1"],
    ["past what was withdrawn", on().deployed("Z").deployed("A").deployed("B"), ["A"], "Z r1"],
    ["nowhere, when everything before is bad", on().deployed("A").answers(false).deployed("B"), [], null],
    ["nowhere, when everything before was withdrawn", on().deployed("Z").deployed("A").deployed("B"), ["A", "Z"], null],
    ["to what failed before and was good since", on().failed("A").deployed("A").deployed("B"), [], "A r1"],
    ["to what a host could not be asked about when it was replaced", on().deployed("A").answers(null).deployed("B"), [], "A r1"],
    [
      "not one version further down after the rollback, but back up: a rollback is taken back to what it replaced",
      on().deployed("Z").deployed("A").deployed("B").rolledBackTo("A"),
      [],
      "B r1",
    ],
    ["a failed redeploy of what runs now changes nothing", on().deployed("A").deployed("B").failed("B", 2), [], "A r1"],
    [
      "settings that failed there since are no way back",
      on().deployed("Z").deployed("A", 1).deployed("A", 2).failed("A", 1),
      [],
      "Z r1",
    ],
    [
      "other settings that failed are no verdict on the ones before",
      on().deployed("A", 1).deployed("A", 2).failed("A", 3),
      [],
      "A r1",
    ],
  ])("%s", (_, instance, withdrawn, expected) => {
    expect(leadsTo(instance, withdrawn)).toBe(expected);
  });

  it("a restart of the very same has changed nothing: it is looked through", () => {
    const restarted = on().deployed("A").deployed("B").deployed("B").deployed("B");
    expect(leadsTo(restarted)).toBe("A r1");
    expect(broughtBy(restarted.history)?.id).toBe("2");
  });
});

describe("the newest stable version", () => {
  it("is not the running one, not a failed one, and not withdrawn", () => {
    const { history } = on().deployed("X").deployed("Y").deployed("Z").failed("Y");
    expect(newestStable(history, new Set(), "Z")).toEqual({ version: "X", revision: 1 });
    expect(newestStable(history, new Set(["X"]), "Z")).toBeNull();
  });

  it("comes with the settings of its newest run", () => {
    const { history } = on().deployed("X", 1).deployed("X", 2).deployed("Y", 2);
    expect(newestStable(history, new Set(), "Y")).toEqual({ version: "X", revision: 2 });
  });
});
