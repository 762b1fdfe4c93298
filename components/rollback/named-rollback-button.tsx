"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { onViewersClock } from "@/components/ui/countdown";
import type { RollbackParamsWire, rollout as rolloutSchema } from "@/lib/api/contract";
import { type Answer, api } from "@/lib/client/api";
import { rolloutQuery } from "@/lib/client/queries/rollouts";
import { versionsQuery } from "@/lib/client/queries/services";
import { graceSeconds, readPreferences } from "./preferences";
import { RollbackControl } from "./rollback-control";
import { saysBarrier } from "./says-barrier";
import { type PrepareRollback, type ServerSays, useRollback } from "./use-rollback";

interface NamedRollbackButtonProps {
  readonly service: string;
  readonly targetVersion: string;
  readonly instances: readonly string[];
  /** Before it is pressed; without it "Roll back to 2.3.9". */
  readonly label?: ReactNode;
  readonly placement?: "row" | "page";
  readonly size?: "sm" | "md" | "lg";
  readonly quiet?: boolean;
  /** There is a reason to look first: the click opens the plan. */
  readonly doubtful?: boolean;
  readonly className?: string;
}

/** Rolls the named instances back to a named version. The package's address comes from the service's catalogue. */
export function NamedRollbackButton({
  service,
  targetVersion,
  instances,
  label,
  placement = "row",
  size = "sm",
  quiet,
  doubtful = false,
  className,
}: NamedRollbackButtonProps) {
  const t = useTranslations("rollback");
  const client = useQueryClient();
  const [own, setOwn] = useState<string | null>(null);
  const prepare: PrepareRollback = (rollbackId, plan) => {
    const preferences = readPreferences();
    const body = {
      rollback_id: rollbackId,
      service,
      target_version: targetVersion,
      instances: [...instances],
      ...(saysBarrier(plan) ? { past_barrier: true } : {}),
      hold: preferences.hold,
      strategy: { grace_seconds: graceSeconds(preferences) },
    };
    return async () => {
      const catalogue = await client.ensureQueryData(versionsQuery(service));
      const packageUrl = catalogue.find((each) => each.version === targetVersion)?.package_url;
      if (packageUrl === undefined) throw new Error(`${service} has no version ${targetVersion}`);
      const rollout = await api.post<Answer<typeof rolloutSchema>>("/rollbacks", {
        ...body,
        package_url: packageUrl,
      } satisfies RollbackParamsWire);
      setOwn(rollout.id);
      return rollout;
    };
  };
  const says = useOwnRollback(own);
  const control = useRollback(service, prepare, says, t("saidAccepted", { service }));
  return (
    <RollbackControl
      control={control}
      preview={{ kind: "rollback", service, target_version: targetVersion, instances: [...instances] }}
      label={label ?? t("rollBackTo", { version: targetVersion })}
      title={t("titleNamed", { version: targetVersion, count: instances.length })}
      amber={doubtful}
      size={size}
      quiet={quiet}
      placement={placement}
      className={className}
    />
  );
}

/** What the server says of the rollback that this button started. */
function useOwnRollback(id: string | null): ServerSays | null {
  const { data, dataUpdatedAt } = useQuery({ ...rolloutQuery(id ?? ""), enabled: id !== null });
  if (data === undefined) return null;
  const knownAt = Date.parse(data.server_time);
  if (data.completed_at !== null) return { underWay: null, knownAt, receivedAt: dataUpdatedAt };
  const endsAt = data.scheduled_until === null ? null : onViewersClock(data.scheduled_until, data.server_time, dataUpdatedAt);
  return { underWay: { rolloutId: data.id, endsAt, mine: true }, knownAt, receivedAt: dataUpdatedAt };
}
