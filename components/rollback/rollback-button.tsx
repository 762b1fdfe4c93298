"use client";

import { useTranslations } from "next-intl";
import { cn } from "@/components/ui/cn";
import type { OneClickParamsWire, PlanWire, rollout as rolloutSchema, ServiceWire } from "@/lib/api/contract";
import { type Answer, api } from "@/lib/client/api";
import { path } from "@/lib/client/path";
import { type Offer, offerOf } from "./offer";
import { graceSeconds, readPreferences } from "./preferences";
import { RollbackControl } from "./rollback-control";
import { saysBarrier } from "./says-barrier";
import { useStarted } from "./started";
import { type ServerSays, useRollback } from "./use-rollback";
import { versionsLabel } from "./versions-label";

interface RollbackButtonProps {
  readonly service: Pick<ServiceWire, "name" | "rollback" | "server_time">;
  /** When `service` was received (react-query's `dataUpdatedAt`). */
  readonly receivedAt: number;
  /** `row`: short, in a table; mark the action cell `data-popover-anchor`. `page`: the long form. */
  readonly placement?: "row" | "page";
  readonly size?: "sm" | "md" | "lg";
  readonly className?: string;
}

/**
 * The one-click rollback: takes back one rollout, and says so. While the service is being rolled back by anyone it is their
 * countdown or Watch; with nothing to take back it is disabled and says what runs.
 */
export function RollbackButton({
  service,
  receivedAt,
  placement = "row",
  size = placement === "row" ? "sm" : "md",
  className,
}: RollbackButtonProps) {
  const t = useTranslations("rollback");
  const started = useStarted();
  const offer = offerOf(service, receivedAt);
  const says: ServerSays = {
    underWay:
      offer.kind === "running"
        ? { rolloutId: offer.rolloutId, endsAt: offer.endsAt, mine: started.some((each) => each.id === offer.rolloutId) }
        : null,
    knownAt: Date.parse(service.server_time),
    receivedAt,
  };
  const takesBack = offer.kind === "ready" || offer.kind === "caution" ? offer.takesBack : undefined;
  const control = useRollback(
    service.name,
    (rollbackId, plan) => {
      const body = paramsOf(offer, rollbackId, plan);
      return () => api.post<Answer<typeof rolloutSchema>>(path`/services/${service.name}/rollback`, body);
    },
    says,
    t("saidAccepted", { service: service.name }),
  );
  return (
    <RollbackControl
      control={control}
      preview={{ kind: "take_back", service: service.name, ...(takesBack === undefined ? {} : { takes_back: takesBack }) }}
      label={<StartLabel offer={offer} long={placement === "page"} />}
      title={takesBack === undefined ? t("titleAny") : t("title", { id: takesBack })}
      amber={offer.kind === "caution"}
      nothing={
        offer.kind === "nothing"
          ? t("nothingRuns", { versions: offer.runs.length === 0 ? "–" : offer.runs.join(", ") })
          : undefined
      }
      size={size}
      placement={placement}
      className={className}
    />
  );
}

function StartLabel({ offer, long }: { offer: Offer; long: boolean }) {
  const t = useTranslations("rollback");
  if (offer.kind === "nothing") return t("face.nothing");
  const what = (
    <span className="inline-flex items-baseline gap-1 font-mono text-[0.94em]">
      <span className={cn("truncate", long ? "max-w-40" : "max-w-[72px]")}>{versionsLabel(offer.from)}</span>
      <span>→</span>
      <span className={cn("truncate", long ? "max-w-40" : "max-w-[72px]")}>{versionsLabel(offer.to)}</span>
    </span>
  );
  return (
    <>
      <span className={long ? undefined : "sr-only"}>{t("rollBack")} </span>
      {what}
      {offer.kind === "running" ? null : <span>· {offer.instances}</span>}
    </>
  );
}

function paramsOf(offer: Offer, rollbackId: string, plan: PlanWire | undefined): OneClickParamsWire {
  const preferences = readPreferences();
  const shown = offer.kind === "ready" || offer.kind === "caution" ? offer : null;
  const [version, ...others] = shown?.from ?? [];
  return {
    rollback_id: rollbackId,
    ...(shown === null ? {} : { takes_back: shown.takesBack }),
    ...(version === undefined || others.length > 0 ? {} : { expect_version: version }),
    ...(plan === undefined ? {} : { plan_token: plan.plan_token }),
    ...(saysBarrier(plan) ? { past_barrier: true } : {}),
    hold: preferences.hold,
    strategy: { grace_seconds: graceSeconds(preferences) },
  };
}
