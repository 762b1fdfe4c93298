import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EventWire } from "@/lib/api/contract";
import { Connection, type LiveState, OFFLINE_AFTER_MS, retryDelay, SILENCE_MS } from "./connection";
import { anEvent, FakeSource } from "./testing";

let sources: FakeSource[];
/** Where each source was asked to begin. */
let begins: (string | null)[];
let states: LiveState[];
let events: EventWire[];
let gaps: number;
let alive: number;
let connection: Connection;
const last = () => sources.at(-1) ?? expect.unreachable("no source was opened");

beforeEach(() => {
  vi.useFakeTimers();
  sources = [];
  begins = [];
  states = [];
  events = [];
  gaps = 0;
  alive = 0;
  connection = new Connection({
    open: (after) => {
      begins.push(after);
      const source = new FakeSource();
      sources.push(source);
      return source;
    },
    onEvent: (event) => events.push(event),
    onAlive: () => {
      alive += 1;
    },
    onGap: () => {
      gaps += 1;
    },
    onState: (state) => states.push(state),
    random: () => 1,
  });
  connection.start();
});
afterEach(() => {
  connection.stop();
  vi.useRealTimers();
});

describe("the event stream", () => {
  it("is live once open, and what was loaded before is loaded again", () => {
    last().opens();
    expect(states).toEqual(["live"]);
    expect(gaps).toBe(1);
  });

  it("hands on what it receives", () => {
    const event = anEvent({ code: "paused", rollout_id: "ro-1" });
    last().opens();
    last().says("slipway", JSON.stringify(event));
    expect(events).toEqual([event]);
  });

  it("resumes without a gap when the browser reconnects by itself", () => {
    last().opens();
    last().breaks();
    last().opens();
    expect(states).toEqual(["live", "reconnecting", "live"]);
    expect(gaps).toBe(1);
    expect(sources).toHaveLength(1);
  });

  it("reports a gap when the server says that it cannot resume", () => {
    last().opens();
    last().says("reset");
    expect(gaps).toBe(2);
  });

  it.each(["not json", JSON.stringify({ code: "of a newer server" }), undefined])(
    "loads everything again for a message that it does not know: %j",
    (data) => {
      last().opens();
      last().says("slipway", data);
      expect(events).toEqual([]);
      expect(gaps).toBe(2);
    },
  );

  it("opens a new source, later and later, when the server refuses", () => {
    last().opens();
    last().isRefused();
    expect(sources).toHaveLength(1);
    vi.advanceTimersByTime(retryDelay(0, 1));
    expect(sources).toHaveLength(2);
    last().isRefused();
    vi.advanceTimersByTime(retryDelay(1, 1) - 1);
    expect(sources).toHaveLength(2);
    vi.advanceTimersByTime(1);
    last().opens();
    expect(states).toEqual(["live", "reconnecting", "live"]);
    expect(gaps).toBe(2);
  });

  it("goes on with a new source where the old one was, without a gap", () => {
    last().opens();
    last().says("hello", "{}", "41");
    last().says("slipway", JSON.stringify(anEvent({ code: "paused" })), "42");
    last().isRefused();
    vi.advanceTimersByTime(retryDelay(0, 1));
    last().opens();
    expect(begins).toEqual([null, "42"]);
    expect(gaps).toBe(1);
  });

  it("starts over with the shortest wait once it was open again", () => {
    last().opens();
    last().isRefused();
    vi.advanceTimersByTime(retryDelay(0, 1));
    last().opens();
    last().isRefused();
    vi.advanceTimersByTime(retryDelay(0, 1));
    expect(sources).toHaveLength(3);
  });

  it("tells of a sign of life", () => {
    last().opens();
    last().says("alive");
    expect(alive).toBe(1);
  });

  it("replaces a source that fell silent, and not one that says that it is alive", () => {
    last().opens();
    vi.advanceTimersByTime(SILENCE_MS - 1);
    last().says("alive");
    vi.advanceTimersByTime(SILENCE_MS - 1);
    expect(states).toEqual(["live"]);
    vi.advanceTimersByTime(1);
    expect(states).toEqual(["live", "reconnecting"]);
    expect(sources[0]?.closed).toBe(true);
    vi.advanceTimersByTime(retryDelay(0, 1));
    expect(sources).toHaveLength(2);
  });

  it("reads offline when it has been lost for long, and live at once when it is back", () => {
    last().opens();
    last().breaks();
    vi.advanceTimersByTime(OFFLINE_AFTER_MS);
    expect(states).toEqual(["live", "reconnecting", "offline"]);
    last().opens();
    expect(states.at(-1)).toBe("live");
    vi.advanceTimersByTime(OFFLINE_AFTER_MS);
    expect(states.at(-1)).toBe("live");
  });

  it("says nothing more after its end, whatever a closed source still says", () => {
    const source = last();
    source.opens();
    connection.stop();
    source.says("slipway", JSON.stringify(anEvent({ code: "paused" })));
    source.breaks();
    vi.advanceTimersByTime(SILENCE_MS * 10);
    expect(events).toEqual([]);
    expect(states).toEqual(["live"]);
    expect(sources).toHaveLength(1);
  });
});

describe("the wait before the next attempt", () => {
  it.each([
    [0, 0, 250],
    [0, 1, 500],
    [3, 1, 4000],
    [20, 1, 15_000],
    [20, 0, 7500],
  ])("attempt %i with chance %d: %i ms", (attempt, chance, ms) => {
    expect(retryDelay(attempt, chance)).toBe(ms);
  });
});
