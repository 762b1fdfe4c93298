import { describe, expect, it } from "vitest";
import { bytesPerSecond, type DeliveryMode, type FetchFacts, fetchPlan } from "./delivery";

const [TAR, ZIP] = ["a".repeat(64), "b".repeat(64)];
const KNOWN: FetchFacts = { packageSha256: TAR, releaseSha256: TAR, console: "reachable" };
const plan = (mode: DeliveryMode, facts: Partial<FetchFacts> = {}) =>
  fetchPlan({ mode, limitKbitS: null }, { ...KNOWN, ...facts });

describe("where a host gets a release from", () => {
  it("is the connection, unless the settings say otherwise", () => {
    expect(plan("push")).toEqual({ from: null, why: null });
  });

  it("is the console where the host reaches it, else the connection", () => {
    expect(plan("pull")).toEqual({ from: "console" });
    for (const console of ["no_address", "loopback_address"] as const)
      expect(plan("pull", { console })).toEqual({ from: null, why: console });
  });

  it("is the package's own address where just these bytes lie, else the connection", () => {
    expect(plan("origin", { console: "no_address" })).toEqual({ from: "origin" });
    for (const packageSha256 of [ZIP, null]) expect(plan("origin", { packageSha256 })).toEqual({ from: null, why: "converted" });
  });
});

it("a limit is told as links are rated and kept in bytes", () => {
  expect(bytesPerSecond({ mode: "push", limitKbitS: 1000 })).toBe(125_000);
  expect(bytesPerSecond({ mode: "push", limitKbitS: null })).toBeNull();
});
