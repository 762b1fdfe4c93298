import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export interface Metrics {
  readonly registry: Registry;
  readonly httpSeconds: Histogram<"method" | "route" | "status">;
  readonly openStreams: Gauge;
  readonly liveRollouts: Gauge<"status">;
  readonly workersAlive: Gauge;
}

declare global {
  var slipwayMetrics: Metrics | undefined;
}

export function metrics(): Metrics {
  globalThis.slipwayMetrics ??= createMetrics();
  return globalThis.slipwayMetrics;
}

function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    httpSeconds: new Histogram({
      name: "slipway_http_request_duration_seconds",
      help: "Time from a request to its answer; event streams until they were opened.",
      labelNames: ["method", "route", "status"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 300],
      registers,
    }),
    openStreams: new Gauge({ name: "slipway_event_streams_open", help: "Event streams that browsers hold open.", registers }),
    liveRollouts: new Gauge({
      name: "slipway_rollouts_live",
      help: "Rollouts that have not ended.",
      labelNames: ["status"],
      registers,
    }),
    workersAlive: new Gauge({ name: "slipway_workers_alive", help: "Workers seen within 30 seconds.", registers }),
  };
}
