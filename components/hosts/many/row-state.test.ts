import { describe, expect, it } from "vitest";
import type { HostCheckWire } from "@/lib/api/contract";
import { hostOf } from "../host-draft";
import { candidatesOf, firstShared } from "./candidates";
import { canAdd, canCheck, type Finding, NOTHING_FOUND, rowOf, settled } from "./row-state";

const KEY = `ssh-ed25519 ${"A".repeat(68)}`;
const ANSWER: HostCheckWire = {
  ok: true,
  host_key: { type: "ssh-ed25519", public_key: KEY, fingerprint: "SHA256:x" },
  address: "10.0.0.1",
  troubles: [],
};
const row = (finding: Partial<Finding> | undefined, line = "web-1 web-1.example.com", known: readonly string[] = []) => {
  const [candidate] = candidatesOf(line, firstShared()).hosts;
  if (candidate === undefined) throw new Error("no candidate");
  return rowOf(candidate, finding && { ...NOTHING_FOUND, ...finding }, new Set(known));
};

describe("a candidate is", () => {
  it.each<[string, Parameters<typeof row>]>([
    ["unchecked", [undefined]],
    ["wrong", [undefined, "web- 10.0.0.1"]],
    ["known", [undefined, "web-1 10.0.0.1", ["web-1"]]],
    ["checking", [{ doing: "checking" }]],
    ["key", [{ answer: { ...ANSWER, ok: false } }]],
    ["trouble", [{ answer: { ...ANSWER, ok: false, host_key: null } }]],
    ["trouble", [{ answer: { ...ANSWER, ok: false }, hostKey: KEY }]],
    ["fine", [{ answer: ANSWER, hostKey: KEY }]],
    ["failed", [{ answer: ANSWER, hostKey: KEY, error: new Error("refused") }]],
    ["adding", [{ answer: ANSWER, hostKey: KEY, doing: "adding" }]],
    ["added", [{ answer: ANSWER, hostKey: KEY, added: true }, "web-1 10.0.0.1", ["web-1"]]],
  ])("%s", (state, given) => {
    expect(row(...given).state).toBe(state);
  });

  it("asked again while there is something to mend, and added when nothing is left", () => {
    const states = [undefined, { answer: { ...ANSWER, ok: false, host_key: null } }, { answer: ANSWER, hostKey: KEY }];
    expect(states.map((finding) => [canCheck(row(finding)), canAdd(row(finding))])).toEqual([
      [true, false],
      [true, false],
      [false, true],
    ]);
  });

  it("added with the address that was found and the key that was accepted", () => {
    expect(hostOf(settled(row({ answer: ANSWER, hostKey: KEY })))).toMatchObject({
      host: { address: "10.0.0.1", ssh: { host: "web-1.example.com", host_key: KEY } },
    });
  });
});
