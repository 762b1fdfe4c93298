import { describe, expect, it } from "vitest";
import type { OverviewWire } from "@/lib/api/contract";
import { consoleHealth } from "./staleness";

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 22, 14, 0, seconds)).toISOString();
const overview = (more: Partial<OverviewWire>): OverviewWire => ({
  totals: { services: 1, instances: 4, hosts: 1, active: 4, pending: 0, error: 0 },
  live: [],
  paused: 0,
  attention: [],
  attention_total: 0,
  cut_off: [],
  workers: { alive: 1, last_seen_at: at(0) },
  monitor: { last_checked_at: at(0) },
  demo: { active: false, step: null },
  server_time: at(0),
  ...more,
});

describe("what the console says about itself", () => {
  it("is nothing while a worker lives and health is fresh", () => {
    expect(consoleHealth(overview({ server_time: at(20) }), 0, 0)).toEqual({ kind: "well" });
  });

  it("names the missing worker first", () => {
    expect(consoleHealth(overview({ workers: { alive: 0, last_seen_at: at(3) }, server_time: at(500) }), 0, 0)).toEqual({
      kind: "no_worker",
      lastSeenAt: at(3),
    });
  });

  it("calls health last known when it is older than a minute", () => {
    expect(consoleHealth(overview({ server_time: at(61) }), 0, 0)).toEqual({ kind: "stale", lastCheckedAt: at(0) });
  });

  it("lets an answer age on the screen", () => {
    expect(consoleHealth(overview({ server_time: at(20) }), 1_000, 42_000).kind).toBe("stale");
    expect(consoleHealth(overview({ server_time: at(20) }), 1_000, 40_000).kind).toBe("well");
  });

  it("has nothing to say about a fleet without instances, or one never asked", () => {
    expect(
      consoleHealth(
        overview({ totals: { services: 0, instances: 0, hosts: 0, active: 0, pending: 0, error: 0 }, server_time: at(500) }),
        0,
        0,
      ).kind,
    ).toBe("well");
    expect(consoleHealth(overview({ monitor: { last_checked_at: null }, server_time: at(500) }), 0, 0).kind).toBe("well");
  });
});
