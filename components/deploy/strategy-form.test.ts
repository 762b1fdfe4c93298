import { describe, expect, it } from "vitest";
import { FIRST_CUSTOM, faultsOf, formOf, inputOf, parseAmount } from "./strategy-form";

const NOW = Date.parse("2026-11-22T14:32:00Z");

describe("an amount", () => {
  it.each([
    ["3", 3],
    [" 3 ", 3],
    ["25%", "25%"],
    ["0", 0],
    ["12.5%", "12.5%"],
  ])("%j is %j", (text, amount) => {
    expect(parseAmount(text)).toBe(amount);
  });

  it.each(["", "-1", "3.5", "abc", "25 %", "101%", "%"])("%j is none", (text) => {
    expect(parseAmount(text)).toBeNull();
  });
});

describe("what has to be put right", () => {
  it("is nothing in what Custom begins with", () => {
    expect(faultsOf(FIRST_CUSTOM, NOW)).toEqual({});
  });

  it.each([
    ["canary", "0", undefined],
    ["canary", "0%", "share_of_nothing"],
    ["canary", "x", "amount"],
    ["wave_size", "0", "at_least_one"],
    ["wave_size", "120%", "above_all"],
    ["max_failed", "0", undefined],
    ["min_healthy", "0%", undefined],
    ["min_healthy", "100%", "min_healthy_all"],
    ["min_healthy", "12", "share"],
    ["max_parallel", null, "at_least_one"],
    ["bake_seconds", null, "whole_number"],
    ["start_at", "2026-11-22T14:31:00Z", "past"],
    ["start_at", "2026-11-22T14:33:00Z", undefined],
    ["start_at", "soon", "past"],
  ] as const)("%s %j: %s", (field, value, fault) => {
    expect(faultsOf({ ...FIRST_CUSTOM, [field]: value }, NOW)[field]).toBe(fault);
  });
});

describe("the strategy for the API", () => {
  it("has counts as numbers, shares as text, the start in UTC", () => {
    expect(inputOf({ ...FIRST_CUSTOM, start_at: "2026-11-22T15:00:00+00:00" }, NOW)).toEqual({
      canary: 1,
      wave_size: "25%",
      max_parallel: 10,
      bake_seconds: 30,
      promotion: "auto",
      max_failed: 0,
      min_healthy: "50%",
      on_failure: "roll_back",
      spread: true,
      start_at: "2026-11-22T15:00:00.000Z",
    });
  });

  it("is not asked for while anything in it is wrong", () => {
    expect(inputOf({ ...FIRST_CUSTOM, wave_size: "abc" }, NOW)).toBeNull();
  });

  it("comes back from a plan as it was", () => {
    expect(
      formOf({
        canary: 1,
        wave_size: "25%",
        max_parallel: 10,
        bake_seconds: 30,
        promotion: "auto",
        max_failed: 0,
        min_healthy: "50%",
        on_failure: "roll_back",
        spread: true,
        start_at: null,
        grace_seconds: 0,
        stage_timeout_s: 300,
        unknown_wait_seconds: 300,
      }),
    ).toEqual(FIRST_CUSTOM);
  });
});
