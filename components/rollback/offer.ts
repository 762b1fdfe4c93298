import { onViewersClock } from "@/components/ui/countdown";
import type { ServiceWire } from "@/lib/api/contract";

/** What a rollback button of a service can do now; times are of the viewer's clock (epoch ms). */
export type Offer =
  | {
      readonly kind: "ready" | "caution";
      readonly takesBack: string;
      readonly from: readonly string[];
      readonly to: readonly string[];
      readonly instances: number;
    }
  | {
      readonly kind: "running";
      readonly rolloutId: string;
      readonly by: string;
      readonly since: string;
      /** End of the grace in which it can be cancelled; null once it is over. */
      readonly endsAt: number | null;
      readonly from: readonly string[];
      readonly to: readonly string[];
    }
  | { readonly kind: "nothing"; readonly runs: readonly string[] };

/** The service's answer as an offer. `receivedAt` is when it came (viewer's clock, epoch ms). */
export function offerOf(service: Pick<ServiceWire, "rollback" | "server_time">, receivedAt: number): Offer {
  const { rollback } = service;
  switch (rollback.state) {
    case "ready":
    case "caution":
      return {
        kind: rollback.state,
        takesBack: rollback.takes_back,
        from: rollback.from,
        to: rollback.to,
        instances: rollback.instances,
      };
    case "running":
      return {
        kind: "running",
        rolloutId: rollback.rollout_id,
        by: rollback.requested_by,
        since: rollback.created_at,
        endsAt:
          rollback.scheduled_until === null ? null : onViewersClock(rollback.scheduled_until, service.server_time, receivedAt),
        from: rollback.from,
        to: rollback.to,
      };
    case "nothing":
      return { kind: "nothing", runs: rollback.runs };
    default:
      return rollback satisfies never;
  }
}
