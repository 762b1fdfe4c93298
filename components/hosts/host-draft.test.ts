import { describe, expect, it } from "vitest";
import { problemAt } from "@/lib/client/field-problems";
import { emptyHost, hostOf, rootOf } from "./host-draft";

const named = { ...emptyHost(), name: "ams-1" };

describe("a host as it is typed", () => {
  it("has a folder of its own until another is typed", () => {
    expect(rootOf(named)).toBe("/srv/slipway/ams-1");
    expect(rootOf({ ...named, root: "/opt/a" })).toBe("/opt/a");
  });

  it("becomes the request, without blanks around what was typed", () => {
    expect(hostOf({ ...named, name: " ams-1 ", zone: " eu ", labels: "rack=b2\nrow=4" })).toEqual({
      host: {
        name: "ams-1",
        kind: "local",
        address: "127.0.0.1",
        root: "/srv/slipway/ams-1",
        zone: "eu",
        labels: { rack: "b2", row: "4" },
      },
    });
  });

  it.each([
    ["no name", { name: "" }, "/name"],
    ["a name that is no address", { address: "ams-1.example" }, "/address"],
    ["a folder that is not absolute", { root: "srv" }, "/root"],
    ["a label with a bad name", { labels: "a b=c" }, "/labels"],
  ])("tells %s at its field, and nowhere else", (_name, change, pointer) => {
    const result = hostOf({ ...named, ...change });
    const problems = "problems" in result ? result.problems : new Map();
    expect(problemAt(problems, pointer)).toMatchObject({ code: expect.any(String) });
    expect(problems.size).toBe(1);
  });
});
