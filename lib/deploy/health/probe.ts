import type { Clock, Health, HealthAnswer } from "../ports";
import { askHttp } from "./http";
import { askTcp } from "./tcp";

const DEFAULT_TIMEOUT_MS = 2000;

export interface Question {
  readonly address: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** What was found, before the clock is read. */
export type Finding = Pick<HealthAnswer, "healthy" | "detail">;

/**
 * The `Health` port over the network: one connection a question, none kept. An instance that does not answer is an answer; only
 * an aborted `signal` throws, its reason, because then nothing was found out. `latencyMs` runs until the status line.
 */
export function createHealth(clock: Pick<Clock, "now" | "monotonicMs">): Health {
  return {
    async probe({ address, port, check }, { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = {}) {
      signal?.throwIfAborted();
      const began = clock.monotonicMs();
      const question = { address, port, timeoutMs, signal };
      switch (check.kind) {
        case "http":
          return stamped(await askHttp({ ...question, path: check.path, status: check.status }), began, clock);
        case "tcp":
          return stamped(await askTcp(question), began, clock);
        case "command":
          return null;
      }
    },
  };
}

function stamped(finding: Finding, began: number, clock: Pick<Clock, "now" | "monotonicMs">): HealthAnswer {
  return { ...finding, latencyMs: clock.monotonicMs() - began, checkedAt: clock.now() };
}
