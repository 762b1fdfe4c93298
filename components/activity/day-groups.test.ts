import { describe, expect, it } from "vitest";
import type { EventWire } from "@/lib/api/contract";
import { byDay, placeOf } from "./day-groups";
import { askFor } from "./use-changes-filter";

const at = (time: Date): EventWire => ({
  pos: "1",
  seq: null,
  at: time.toISOString(),
  code: "paused",
  params: {},
  actor: null,
  rollout_id: null,
  service: null,
  instance_id: null,
  host: null,
});
const local = (day: number, hour: number) => new Date(2026, 10, day, hour);

describe("changes by day", () => {
  it("stand under the viewer's day, newest first, whatever order they came in", () => {
    const groups = byDay([at(local(21, 23)), at(local(22, 1)), at(local(22, 9))]);
    expect(groups.map((group) => group.events.map((event) => new Date(event.at).getHours()))).toEqual([[9, 1], [23]]);
  });

  it("know where a moment falls", () => {
    const events = [at(local(22, 9)), at(local(22, 5)), at(local(22, 1))];
    expect(placeOf(local(22, 6).getTime(), events)).toBe(1);
    expect(placeOf(local(22, 23).getTime(), events)).toBe(0);
    expect(placeOf(local(21, 1).getTime(), events)).toBe(3);
  });
});

describe("what the API is asked for", () => {
  const opened = Date.parse("2026-11-22T14:00:00Z");
  it.each([
    [{ span: "30m", at: null, service: null } as const, { from: "2026-11-22T13:30:00.000Z", to: null, service: null }],
    [
      { span: "24h", at: null, service: "checkout" } as const,
      { from: "2026-11-21T14:00:00.000Z", to: null, service: "checkout" },
    ],
    [
      { span: "around", at: new Date("2026-11-22T02:40:00Z"), service: null } as const,
      { from: "2026-11-22T02:10:00.000Z", to: "2026-11-22T03:10:00.000Z", service: null },
    ],
    [{ span: "all", at: null, service: null } as const, { from: null, to: null, service: null }],
  ])("%j", (view, asked) => {
    expect(askFor(view, opened)).toEqual(asked);
  });
});
