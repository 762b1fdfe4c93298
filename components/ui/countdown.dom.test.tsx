import { act } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Countdown, onViewersClock, secondsLeft } from "./countdown";

describe("seconds left", () => {
  it.each([
    [5000, 5],
    [4999, 5],
    [4001, 5],
    [4000, 4],
    [1, 1],
    [0, 0],
    [-2000, 0],
  ])("%d ms before the end are %d", (ahead, expected) => {
    expect(secondsLeft(1_000_000 + ahead, 1_000_000)).toBe(expected);
  });
});

describe("a server's time on the viewer's clock", () => {
  it("does not trust the viewer's clock", () => {
    const receivedAt = Date.parse("2031-01-01T00:00:00Z");
    expect(onViewersClock("2026-11-22T14:32:09Z", "2026-11-22T14:32:04Z", receivedAt)).toBe(receivedAt + 5000);
  });
});

describe("a countdown", () => {
  beforeEach(() => {
    vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it("counts down and stays at zero", () => {
    const container = document.createElement("div");
    const root = createRoot(container);
    const endsAt = Date.now() + 2500;
    act(() => root.render(<Countdown endsAt={endsAt}>{(seconds) => `${seconds}`}</Countdown>));
    expect(container.textContent).toBe("3");
    act(() => vi.advanceTimersByTime(600));
    expect(container.textContent).toBe("2");
    act(() => vi.advanceTimersByTime(5000));
    expect(container.textContent).toBe("0");
    act(() => root.unmount());
  });
});
