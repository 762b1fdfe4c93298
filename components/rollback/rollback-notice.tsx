"use client";

import { Undo2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { Banner } from "@/components/ui/banner";
import { ButtonLink } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ServiceWire } from "@/lib/api/contract";
import { path } from "@/lib/client/path";
import { useStarted } from "./started";
import { versionsLabel } from "./versions-label";

/** "lin.wei started rolling back 2.4.0, 8 s ago · Watch": on every page of a service that someone else is rolling back. */
export function RollbackNotice({ rollback }: { rollback: ServiceWire["rollback"] }) {
  const t = useTranslations("rollback");
  const started = useStarted();
  if (rollback.state !== "running" || started.some((each) => each.id === rollback.rollout_id)) return null;
  return (
    <Banner
      tone="busy"
      icon={Undo2}
      role="status"
      actions={
        <ButtonLink size="sm" href={path`/rollouts/${rollback.rollout_id}`}>
          {t("face.watch")}
        </ButtonLink>
      }
    >
      {t.rich("someoneElse", {
        by: rollback.requested_by,
        version: versionsLabel(rollback.from),
        b: (chunks) => <b className="font-semibold">{chunks}</b>,
        v: (chunks) => <span className="font-mono text-xs">{chunks}</span>,
        ago: () => <RelativeTime at={rollback.created_at} />,
      })}
    </Banner>
  );
}
