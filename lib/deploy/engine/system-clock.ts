import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../ports";

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, { signal });
  },
};
