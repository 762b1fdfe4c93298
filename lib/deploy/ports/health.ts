import type { HealthCheck } from "../domain/settings";

export interface HealthAnswer {
  readonly healthy: boolean;
  readonly latencyMs: number;
  readonly checkedAt: Date;
  /** What it answered, or why it did not: "503 from /healthz", "connection refused". */
  readonly detail: {
    readonly code: "status" | "connected" | "refused" | "timeout" | "reset" | "unreachable" | "command" | "invalid";
    readonly status: number | null;
    readonly path: string | null;
  };
}

export interface Health {
  /** One question over the network; never throws for an instance that does not answer. A `command` check cannot be asked from here: null. */
  probe(
    target: { readonly address: string; readonly port: number; readonly check: HealthCheck },
    options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
  ): Promise<HealthAnswer | null>;
}
