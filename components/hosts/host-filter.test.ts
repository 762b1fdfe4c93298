import { describe, expect, it } from "vitest";
import type { HostWire } from "@/lib/api/contract";
import { conditionOf, matches } from "./host-filter";

const HOST: HostWire = {
  name: "ams-1",
  kind: "local",
  address: "10.0.4.17",
  root: "/srv/slipway",
  zone: "eu-1",
  labels: { rack: "b2" },
  state: "active",
  reachable: true,
  last_answer_at: null,
  error: null,
  trouble: null,
  ssh: null,
  instances: [{ instance_id: "web-01", service: "shop", version: "2.4.0", color: 1, status: "active", port: 80 }],
};

describe("a host", () => {
  it.each([
    ["answers", {}],
    ["notAsked", { reachable: null }],
    ["draining", { state: "draining" }],
    ["unreachable", { reachable: false }],
    ["unreachable", { state: "draining", reachable: false }],
    ["retired", { state: "retired", reachable: false }],
  ] as const)("is %s", (condition, change) => {
    expect(conditionOf({ ...HOST, ...change })).toBe(condition);
  });

  it.each(["AMS", "4.17", "eu-1", "rack=b2", "web-01", "shop", "2.4", " ams-1 ", ""])("is found by %j", (text) => {
    expect(matches(HOST, text)).toBe(true);
  });

  it("is not found by anything else", () => {
    expect(matches(HOST, "mailer")).toBe(false);
  });
});
