import { describe, expect, it } from "vitest";
import { deployParams, type InstanceInfoWire, type VersionWire } from "@/lib/api/contract";
import { type DeployForm, openedForm, requestOf, selectedIds } from "./deploy-form";

const NOW = Date.parse("2026-11-22T14:32:00Z");

function anInstance(id: string, version: string, healthy: boolean | null): InstanceInfoWire {
  return {
    instance_id: id,
    service_name: "checkout",
    version,
    status: "active",
    condition: null,
    color: 0,
    revision: 1,
    host: "web-a1",
    zone: null,
    address: "127.0.0.1",
    port: 8080,
    healthy,
    latency_ms: null,
    checked_at: null,
    detail: null,
    since: null,
    held_by: null,
    rollback_target: null,
    labels: {},
  };
}

const roster = [anInstance("a", "2.3.9", true), anInstance("b", "2.4.0", false), anInstance("c", "2.3.9", null)];

describe("the chosen instances", () => {
  it.each([
    [{ kind: "all" } as const, ["a", "b", "c"]],
    [{ kind: "on", version: "2.3.9" } as const, ["a", "c"]],
    [{ kind: "not_answering" } as const, ["b"]],
    [{ kind: "chosen", ids: ["c", "gone", "a"] } as const, ["a", "c"]],
  ])("%j are %j", (selection, ids) => {
    expect(selectedIds(selection, roster)).toEqual(ids);
  });
});

const known: VersionWire = {
  version: "2.4.0",
  color: 1,
  package_url: "https://artifacts.example/checkout-2.4.0.tar.gz",
  package_sha256: "0".repeat(64),
  package_size: 5,
  instances: 1,
  healthy: 1,
  first_seen_at: "2026-11-22T14:00:00Z",
  last_seen_at: null,
  barrier: null,
  withdrawn_at: null,
  withdrawn_by: null,
  withdrawn_reason: null,
};
const given = { id: "ro-1", service: "checkout", instances: ["a"], known: undefined, now: NOW };
const whole: DeployForm = { ...openedForm("2.4.1", []), packageUrl: " https://artifacts.example/checkout-2.4.1.tar.gz " };

describe("the request", () => {
  it("is one that the API takes", () => {
    const request = requestOf({ ...whole, reason: " new tax rules ", barrier: "drops a table" }, given);
    expect(deployParams.safeParse(request).success).toBe(true);
    expect(request).toEqual({
      deploy_id: "ro-1",
      service: "checkout",
      version: "2.4.1",
      instances: ["a"],
      package_url: "https://artifacts.example/checkout-2.4.1.tar.gz",
      strategy: { preset: "canary" },
      reason: "new tax rules",
      barrier: { reason: "drops a table" },
    });
  });

  it("takes the package of a version that the catalogue knows", () => {
    expect(requestOf({ ...openedForm("2.4.0", []) }, { ...given, known })?.package_url).toBe(known.package_url);
  });

  it("leaves the strategy out where the service's own is chosen", () => {
    expect(requestOf({ ...whole, preset: "service" }, given)).not.toHaveProperty("strategy");
  });

  it.each<[string, Partial<DeployForm>, Partial<typeof given>]>([
    ["a version", { version: "" }, {}],
    ["a fit version", { version: "a b" }, {}],
    ["a package", { packageUrl: " " }, {}],
    ["instances", {}, { instances: [] }],
    ["the barrier's reason", { barrier: " " }, {}],
    ["a possible strategy", { preset: "custom", custom: { ...whole.custom, min_healthy: "100%" } }, {}],
  ])("waits for %s", (_, form, facts) => {
    expect(requestOf({ ...whole, ...form }, { ...given, ...facts })).toBeNull();
  });
});
