import { describe, expect, it } from "vitest";
import { matchesFilter } from "./service-filter";

const service = {
  name: "payments-gateway",
  labels: { team: "shop", env: "prod" },
  versions: [{ version: "1.18.2", color: 0, instances: 11, healthy: 11, newest: true }],
};

describe("the filter of the fleet", () => {
  it.each(["", "  ", "pay", "GATEWAY", "team=shop", "1.18", "pay prod", "prod pay"])("finds it by %j", (filter) => {
    expect(matchesFilter(service, filter)).toBe(true);
  });

  it.each(["checkout", "pay checkout", "team=core", "1.19"])("does not find it by %j", (filter) => {
    expect(matchesFilter(service, filter)).toBe(false);
  });
});
