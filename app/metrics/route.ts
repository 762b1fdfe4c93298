import { metrics } from "@/lib/api/server/metrics";
import { guarded } from "@/lib/api/server/route";
import { core } from "@/lib/deploy/compose";
import { LIVE_ROLLOUT_STATUSES } from "@/lib/deploy/domain/statuses";

/** Prometheus text format. */
export const GET = guarded("/metrics", async () => {
  const { registry, liveRollouts, workersAlive } = metrics();
  const { live, workers } = await core().reads.gauges();
  for (const status of LIVE_ROLLOUT_STATUSES) liveRollouts.set({ status }, live.get(status) ?? 0);
  workersAlive.set(workers);
  return new Response(await registry.metrics(), {
    headers: { "content-type": registry.contentType, "cache-control": "no-store" },
  });
});
