import { describe, expect, it } from "vitest";
import { groupSegments, type Segment } from "./version-bar-groups";

const segment = (version: string, instances: number, more: Partial<Segment> = {}): Segment => ({
  version,
  color: 0,
  instances,
  healthy: instances,
  newest: false,
  ...more,
});
const names = (segments: readonly Segment[]) => segments.map((each) => each.version);

describe("a version bar", () => {
  it("shows up to four versions as they are", () => {
    const { shown, rest } = groupSegments([segment("4", 1), segment("3", 2), segment("2", 3), segment("1", 4)]);
    expect(names(shown)).toEqual(["4", "3", "2", "1"]);
    expect(rest).toEqual({ versions: 0, instances: 0 });
  });

  it("keeps the three largest and counts the others", () => {
    const { shown, rest } = groupSegments([
      segment("a", 1),
      segment("b", 50),
      segment("c", 2),
      segment("d", 40),
      segment("e", 30),
    ]);
    expect(names(shown)).toEqual(["b", "d", "e"]);
    expect(rest).toEqual({ versions: 2, instances: 3 });
  });

  it("always shows the newest, however small", () => {
    const { shown } = groupSegments([
      segment("new", 1, { newest: true }),
      segment("a", 9),
      segment("b", 9),
      segment("c", 9),
      segment("d", 2),
      segment("e", 2),
    ]);
    expect(names(shown)).toEqual(["new", "a", "b", "c"]);
  });

  it("always shows a version of which something does not answer", () => {
    const { shown, rest } = groupSegments([
      segment("a", 9),
      segment("b", 9),
      segment("c", 9),
      segment("ill", 2, { healthy: 1 }),
      segment("d", 2),
      segment("e", 2),
    ]);
    expect(names(shown)).toEqual(["a", "b", "c", "ill"]);
    expect(rest).toEqual({ versions: 2, instances: 4 });
  });

  it("leaves out versions that run nowhere", () => {
    expect(groupSegments([segment("gone", 0, { newest: true })]).shown).toEqual([]);
  });
});
