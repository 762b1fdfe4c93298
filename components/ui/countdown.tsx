"use client";

import type { ReactNode } from "react";
import { useNow } from "./now";

/** Whole seconds that a person sees while `endsAt` (viewer's clock, epoch ms) is ahead: 5, 4, … 1, and 0 once it is past. */
export function secondsLeft(endsAt: number, now: number): number {
  return Math.max(0, Math.ceil((endsAt - now) / 1000));
}

/**
 * When a server's time is, on the viewer's clock: `serverTime` is when the answer was written, `receivedAt` the viewer's clock
 * (epoch ms) when it came. The two clocks may differ by any amount; only the way of the answer is an error.
 */
export function onViewersClock(at: string, serverTime: string, receivedAt: number): number {
  return receivedAt + (Date.parse(at) - Date.parse(serverTime));
}

/** Counts down to `endsAt` (viewer's clock, epoch ms). Before the first paint, and without an end, it shows nothing. */
export function Countdown({ endsAt, children }: { endsAt: number; children: (seconds: number) => ReactNode }) {
  const now = useNow("fine");
  return now === null ? null : children(secondsLeft(endsAt, now));
}
