import { posix } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EntryLedger, linkLeaves, nameProblem } from "./unsafe-entry";

const why = (reason: string) =>
  expect.objectContaining({ code: "unsafe_package", params: expect.objectContaining({ why: reason }) });

describe("the name of an entry", () => {
  it.each(["a", "a/b", "./a", "a//b", "a/", ".", "./", ".hidden", "a..b", "...", "发布/说明.txt"])("%j is fine", (name) => {
    expect(nameProblem(name)).toBeNull();
  });

  it.each([
    ["", "empty_name"],
    ["/etc/passwd", "absolute_name"],
    ["C:/windows", "absolute_name"],
    ["..", "parent_segment"],
    ["a/../../b", "parent_segment"],
    ["a/..", "parent_segment"],
    ["a\\b", "backslash"],
    ["a\u0000b", "control_character"],
    ["a\nb", "control_character"],
    ["a\u007f", "control_character"],
    ["a\ufffd", "name_encoding"],
    ["a".repeat(256), "name_too_long"],
    ["名".repeat(86), "name_too_long"],
    [Array(300).fill("abcd").join("/"), "name_too_long"],
  ])("%j is refused: %s", (name, reason) => {
    expect(nameProblem(name)).toBe(reason);
  });

  it("that is let through stays under the root, on every disk", () => {
    const piece = fc.constantFrom("a", "b", "..", ".", "", "...", "\\", "/", "C:", "\u0000", "é", "..\\", " ");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.constantFrom("/", ""), (pieces, between) => {
        const name = pieces.join(between);
        if (nameProblem(name) !== null) return;
        expect(posix.resolve("/root", name)).toMatch(/^\/root(\/|$)/);
        expect(name).not.toContain("\\");
        expect(name).not.toContain("\u0000");
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a symbolic link", () => {
  it.each([
    ["a", "b"],
    ["a/b", "../c"],
    ["a/b/c", "../../d/e"],
    ["a/b", ".."],
    ["a", "."],
  ])("%s → %s stays", (path, target) => {
    expect(linkLeaves(path, target)).toBe(false);
  });

  it.each([
    ["a", "/etc"],
    ["a", ".."],
    ["a/b", "../../c"],
    ["a", "b/../.."],
    ["a/b", "up/.."],
    ["a", ""],
    ["a", "b\\c"],
    ["a", "b\u0000"],
  ])("%s → %s leaves", (path, target) => {
    expect(linkLeaves(path, target)).toBe(true);
  });
});

describe("the entries of one archive", () => {
  it("lead nowhere outside, however names and links are combined", () => {
    const name = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
    const target = fc
      .array(fc.constantFrom("..", "..", "a", "b", "c", "."), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join("/"));
    const entry = fc.record({ name, target, kind: fc.constantFrom("file" as const, "folder" as const, "link" as const) });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), (entries) => {
        const ledger = new EntryLedger(1000);
        const links = new Map<string, string>();
        for (const { name, kind, target } of entries) {
          try {
            const path = ledger.enter(name, kind, target);
            if (kind === "link") links.set(path, target);
          } catch (error) {
            expect(error).toMatchObject({ code: "unsafe_package" });
          }
        }
        for (const link of links.keys()) expect(walks(link, links)).not.toBe("outside");
      }),
      { numRuns: 3000 },
    );
  });

  it("are not written through a link or a file, nor twice", () => {
    const ledger = new EntryLedger(100);
    ledger.enter("app", "link", "real");
    ledger.enter("real/x", "file");
    expect(() => ledger.enter("app/x", "file")).toThrow(why("through_link"));
    expect(() => ledger.enter("real/x/y", "file")).toThrow(why("through_file"));
    expect(() => ledger.enter("./real//x", "file")).toThrow(why("duplicate_name"));
    expect(() => ledger.enter("real", "link", "app")).toThrow(why("duplicate_name"));
    expect(() => ledger.enter("app", "folder")).toThrow(why("duplicate_name"));
    expect(() => ledger.enter(".", "file")).toThrow(why("empty_name"));
    expect(ledger.enter("real/", "folder")).toBe("real");
    expect(ledger.enter("./", "folder")).toBe("");
    expect(ledger.fileCount).toBe(2);
  });

  it("are bounded in number, folders that names imply included", () => {
    const ledger = new EntryLedger(3);
    ledger.enter("a/b/c", "file");
    expect(() => ledger.enter("d", "file")).toThrow(why("too_many_entries"));
  });
});

/** Follows a link as a kernel does, one component after another. */
function walks(start: string, links: ReadonlyMap<string, string>): "inside" | "outside" | "loop" {
  let at: string[] = [];
  const todo = start.split("/");
  for (let steps = 0; steps < 500; steps++) {
    const step = todo.shift();
    if (step === undefined) return "inside";
    if (step === "." || step === "") continue;
    if (step === "..") {
      if (at.length === 0) return "outside";
      at = at.slice(0, -1);
      continue;
    }
    const target = links.get([...at, step].join("/"));
    if (target === undefined) at = [...at, step];
    else todo.unshift(...target.split("/"));
  }
  return "loop";
}
