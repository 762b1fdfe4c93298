"use client";

import { Rocket } from "lucide-react";
import { useTranslations } from "next-intl";
import { ButtonLink } from "@/components/ui/button";
import type { RolloutTargetWire, RolloutWire } from "@/lib/api/contract";
import { path, search } from "@/lib/client/path";

/** More instances than this do not fit an address: then the sheet begins with all of them. */
const MOST_NAMED = 60;

/** After a rollback: opens the sheet with what was taken away, so that a wrong rollback is as easily undone. */
export function DeployAgain({ rollout, targets }: { rollout: RolloutWire; targets: readonly RolloutTargetWire[] | undefined }) {
  const t = useTranslations("rollouts");
  const version = rollout.from_versions[0];
  if (version === undefined) return null;
  const instances = (targets ?? []).filter((target) => target.from_version === version).map((target) => target.instance_id);
  const named = instances.length <= MOST_NAMED ? instances.join(",") : "";
  return (
    <ButtonLink
      size="sm"
      href={`${path`/rollouts/${rollout.id}`}${search({ deploy: rollout.service, version, instances: named })}`}
      scroll={false}
    >
      <Rocket aria-hidden />
      {t("deployAgain", { version })}
    </ButtonLink>
  );
}
