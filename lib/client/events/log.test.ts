import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import type { RolloutTargetWire } from "@/lib/api/contract";
import { keys } from "../keys";
import { appendToLog, comparePositions, joinLogs, mergeEvents } from "./log";
import { patchTarget } from "./targets";
import { anEvent } from "./testing";

const KEY = keys.rollout.log("ro-1");
const mine = () => anEvent({ code: "paused", rollout_id: "ro-1" });

describe("positions", () => {
  it.each([
    ["9", "10", -1],
    ["10", "9", 1],
    ["10", "10", 0],
    ["9007199254740993", "9007199254740992", 1],
  ])("%s against %s", (a, b, sign) => {
    expect(Math.sign(comparePositions(a, b))).toBe(sign);
  });
});

describe("a rollout's log", () => {
  it("grows by what the stream brings, each event once", () => {
    const client = new QueryClient();
    const [first, second] = [mine(), mine()];
    client.setQueryData(KEY, { events: [first], older: null });
    expect(appendToLog(client, "ro-1", second)).toBe(true);
    expect(appendToLog(client, "ro-1", second)).toBe(true);
    expect(client.getQueryData(KEY)).toEqual({ events: [first, second], older: null });
  });

  it("that nobody looks at stays unloaded", () => {
    const client = new QueryClient();
    expect(appendToLog(client, "ro-1", mine())).toBe(true);
    expect(client.getQueryData(KEY)).toBeUndefined();
  });

  it("that is being loaded for the first time asks to be loaded once more", () => {
    const client = new QueryClient();
    client.fetchQuery({ queryKey: KEY, queryFn: () => new Promise<never>(() => undefined) }).catch(() => undefined);
    expect(appendToLog(client, "ro-1", mine())).toBe(false);
  });

  it("that is loaded again keeps the older part, and what arrived meanwhile", () => {
    const [a, b, c, d] = [mine(), mine(), mine(), mine()];
    expect(joinLogs({ events: [b, c], older: "b" }, { events: [a, b, c, d], older: "a" })).toEqual({
      events: [a, b, c, d],
      older: "a",
    });
    expect(joinLogs({ events: [b, c, d], older: "b" }, { events: [a, b], older: null })).toEqual({
      events: [a, b, c, d],
      older: null,
    });
  });

  it("that was away too long begins anew: nothing is shown as if it were whole", () => {
    const [a, , c] = [mine(), mine(), mine()];
    expect(joinLogs({ events: [c], older: "c" }, { events: [a], older: null })).toEqual({ events: [c], older: "c" });
  });

  it("keeps what arrived while it was loaded again", () => {
    const [a, b, c] = [mine(), mine(), mine()];
    expect(mergeEvents([a, b], [b, c])).toEqual([a, b, c]);
    expect(mergeEvents([], [a])).toEqual([a]);
    expect(mergeEvents([a, b, c], [b])).toEqual([a, b, c]);
  });
});

describe("a target", () => {
  const target: RolloutTargetWire = {
    instance_id: "checkout-07",
    host: "web-b2",
    wave: 2,
    from_version: "2.3.9",
    to_version: "2.4.0",
    status: "waiting",
    attempt: 1,
    changed: false,
    version_now: "2.3.9",
    confirmed_down: false,
    failure: null,
    started_at: null,
    ended_at: null,
  };
  const statusAfter = (code: "target_switching" | "target_failed" | "baking", instance = "checkout-07") => {
    const client = new QueryClient();
    client.setQueryData(keys.rollout.targets("ro-1"), [target]);
    patchTarget(client, anEvent({ code, rollout_id: "ro-1", instance_id: instance }));
    return client.getQueryData<readonly RolloutTargetWire[]>(keys.rollout.targets("ro-1"))?.[0]?.status;
  };

  it("shows its new status at once", () => {
    expect(statusAfter("target_switching")).toBe("switching");
    expect(statusAfter("target_failed")).toBe("failed");
  });

  it("is left alone by what is not about it", () => {
    expect(statusAfter("baking")).toBe("waiting");
    expect(statusAfter("target_failed", "checkout-08")).toBe("waiting");
  });
});
